from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException
from pulumi_ivschat.errors import IvsChatError
from pulumi_ivschat.runtime import Role, TokenIssuer

app = FastAPI()
ROLES = {"member": Role(["SEND_MESSAGE"])}


def signed_in_user() -> str:
    raise HTTPException(401)  # your own sign-in


@app.post("/chat-token")
def chat_token(user: Annotated[str, Depends(signed_in_user)]) -> dict[str, str]:
    try:
        return TokenIssuer(roles=ROLES).issue(user, "member").as_dict()  # the room is IVSCHAT_ROOM_ARN
    except IvsChatError:
        raise HTTPException(502, "chat is not available now") from None

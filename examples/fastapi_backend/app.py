"""POST /chat-token: a chat token for the user who is signed in."""

import logging
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException

from pulumi_ivschat.errors import IvsChatError
from pulumi_ivschat.runtime import Role, TokenIssuer, messaging_endpoint

app = FastAPI()
ROLES = {"member": Role(["SEND_MESSAGE"])}


def signed_in_user() -> str:
    """Return the user's id. This one refuses everybody: ask your own sign-in here."""
    raise HTTPException(401, "sign in first")


@app.post("/chat-token")
def chat_token(user: Annotated[str, Depends(signed_in_user)]) -> dict[str, str]:
    """Return a token for one connection, and the address to connect to."""
    issuer = TokenIssuer(roles=ROLES)  # the room is IVSCHAT_ROOM_ARN
    try:
        token = issuer.issue(user, "member").as_dict()
    except IvsChatError as error:
        logging.getLogger(__name__).warning("no chat token: %s", error)
        raise HTTPException(502, "chat is not available now") from None
    return {**token, "endpoint": messaging_endpoint(issuer.room_arn)}

"""
The back end with the page of examples/browser_chat, and a sign-in for this machine only: everybody is who they say they are.

    uvicorn demo:app
"""

from pathlib import Path
from typing import Annotated

from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from fastapi.staticfiles import StaticFiles

from app import app, signed_in_user

FRONT_END = Path(__file__).parents[1] / "browser_chat"


def named_user(session: Annotated[HTTPAuthorizationCredentials, Depends(HTTPBearer())]) -> str:
    """Return the session token of a request, `Authorization: Bearer ann`, as the user's id."""
    return session.credentials


app.dependency_overrides[signed_in_user] = named_user
app.mount("/node_modules", StaticFiles(directory=FRONT_END / "node_modules", check_dir=False))
app.mount("/", StaticFiles(directory=FRONT_END / "page", html=True))

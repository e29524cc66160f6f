"""The service in FastAPI."""

from fastapi import Cookie, FastAPI, HTTPException, Response

app = FastAPI()


def login(session):
    if session != "alice":
        raise HTTPException(401, "log in first")


@app.get("/me")
def me(response: Response, session: str | None = Cookie(None)):
    login(session)
    response.headers["ETag"] = '"v1"'
    return {"user": "alice"}


@app.put("/things", status_code=204)
def things(session: str | None = Cookie(None)):
    login(session)


@app.get("/broken")
def broken():
    raise RuntimeError("an error that no handler catches")


# CORS-LINES

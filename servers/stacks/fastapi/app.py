"""The service in FastAPI, with Starlette's CORSMiddleware in the configuration that `CORS` names."""

import os
import sys

from fastapi import Cookie, Depends, FastAPI, HTTPException, Request, Response
from fastapi.responses import JSONResponse
from pydantic import AnyHttpUrl
from starlette.middleware.cors import CORSMiddleware

PRODUCTION = {
    "allow_origins": ["https://app.my-company.com", "https://admin.my-company.com"],
    "allow_credentials": True,
    "allow_methods": ["GET", "PUT", "DELETE"],
    "allow_headers": ["Content-Type", "X-Request-Id"],
    "expose_headers": ["ETag"],
    "max_age": 600,
}

OPEN = {"allow_credentials": True, "allow_methods": ["*"], "allow_headers": ["*"]}

CONFIGURATIONS = {
    "production": PRODUCTION,
    # The same options, with the middleware around the whole application: see the end of this file.
    "around-everything": PRODUCTION,
    # The two of the guide, with all methods and headers: pages on the developer's machine, and an apex domain with www.
    "development": OPEN | {"allow_origins": ["http://localhost:3000", "http://localhost:5173"]},
    "apex-and-www": OPEN
    | {"allow_origins": ["https://my-production-site.com", "https://www.my-production-site.com"]},
    # Browsers reject `*` for requests with cookies, so the middleware reflects the request's origin.
    "reflects-any-origin": PRODUCTION | {"allow_origins": ["*"]},
    # Starlette matches the whole value, but an unescaped dot matches any character.
    "unescaped-dot": PRODUCTION
    | {"allow_origins": [], "allow_origin_regex": r"https://(app|admin).my-company.com"},
    # Intended: the domain and its subdomains.
    "regex-without-start": PRODUCTION
    | {"allow_origins": [], "allow_origin_regex": r"https://.*my-company\.com"},
    # The list is correct, and the login runs before the middleware: see the end of this file.
    "login-before-cors": PRODUCTION,
    # Classes for settings store origins as URLs, and a URL ends with a slash when it is converted to a string.
    "trailing-slash": PRODUCTION
    | {"allow_origins": [str(AnyHttpUrl(origin)) for origin in PRODUCTION["allow_origins"]]},
}

configuration = os.environ.get("CORS", "production")
if configuration not in CONFIGURATIONS:
    sys.exit(f"CORS={configuration} is unknown; use one of: {', '.join(CONFIGURATIONS)}")

app = FastAPI()


def user(session: str | None = Cookie(None)) -> str:
    if session != "alice":
        raise HTTPException(401, "log in first")
    return session


@app.get("/health")
def health():
    return {"ready": True}


@app.get("/public")
def public():
    return {"chair": 40}


@app.get("/me")
def me(name: str = Depends(user)):
    return {"user": name}


@app.put("/things")
def put_things(things: dict, name: str = Depends(user)):
    return {"kept": things, "by": name}


@app.delete("/things", status_code=204)
def delete_things(name: str = Depends(user)):
    pass


@app.get("/cached")
def cached(request: Request, response: Response):
    if request.headers.get("if-none-match") == '"v1"':
        return Response(status_code=304, headers={"ETag": '"v1"'})
    response.headers["ETag"] = '"v1"'
    return {"version": 1}


@app.get("/broken")
def broken():
    raise RuntimeError("an error that no handler catches")


if configuration == "around-everything":
    # add_middleware would place it inside Starlette's error handler, and it would not see that handler's 500.
    app = CORSMiddleware(app, **CONFIGURATIONS[configuration])
else:
    app.add_middleware(CORSMiddleware, **CONFIGURATIONS[configuration])

if configuration == "login-before-cors":

    @app.middleware("http")  # what is added last runs first, before CORSMiddleware
    async def login(request: Request, call_next):
        open_to_all = request.url.path in ("/health", "/public", "/cached")
        if open_to_all or request.cookies.get("session") == "alice":
            return await call_next(request)
        return JSONResponse({"detail": "log in first"}, 401)

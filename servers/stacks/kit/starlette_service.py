"""The service of the kit with Starlette's CORSMiddleware."""

import os
import sys

import uvicorn
from starlette.applications import Starlette
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import JSONResponse, Response
from starlette.routing import Route


def names(variable):
    return [name for name in os.environ.get(variable, "").split(",") if name]


async def public(_request):
    return JSONResponse({"open": True}, headers={"X-Total": "3"})


async def me(request):
    is_alice = request.cookies.get("session") == "alice"
    return JSONResponse({"user": "alice"}) if is_alice else Response(status_code=401)


async def things(_request):
    return Response(status_code=204)


async def broken(_request):
    raise RuntimeError("an error that no handler catches")


routes = [Route("/public", public), Route("/me", me), Route("/things", things, methods=["PUT"]), Route("/broken", broken)]
app = Starlette(routes=routes)
app.add_middleware(CORSMiddleware, allow_origins=names("ORIGINS"), allow_methods=names("METHODS"),
                   allow_headers=names("HEADERS"), expose_headers=names("EXPOSE"),
                   allow_credentials=os.environ.get("CREDENTIALS") == "true", max_age=int(os.environ.get("MAX_AGE") or 600),
                   allow_private_network=os.environ.get("PRIVATE_NETWORK") == "true")
uvicorn.run(app, port=int(sys.argv[1]), log_level="warning")

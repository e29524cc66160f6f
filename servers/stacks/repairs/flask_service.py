"""The service in Flask."""

import sys

from flask import Flask, abort, request

app = Flask(__name__)
# CORS-LINES


def login():
    if request.cookies.get("session") != "alice":
        abort(401)


@app.get("/me")
def me():
    login()
    return {"user": "alice"}, {"ETag": '"v1"'}


@app.put("/things")
def things():
    login()
    return "", 204


@app.get("/broken")
def broken():
    raise RuntimeError("an error that no handler catches")


app.run(host="127.0.0.1", port=int(sys.argv[1]))

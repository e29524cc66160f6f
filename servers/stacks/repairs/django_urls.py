"""The routes of the service in Django."""

from django.http import HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.http import require_http_methods


def with_login(view):
    def guarded(request):
        if request.COOKIES.get("session") != "alice":
            return JsonResponse({"detail": "log in first"}, status=401)
        return view(request)

    return guarded


def me(_request):
    return JsonResponse({"user": "alice"}, headers={"ETag": '"v1"'})


def things(_request):
    return HttpResponse(status=204)


def broken(_request):
    raise RuntimeError("an error that no handler catches")


urlpatterns = [
    path("me", require_http_methods(["GET"])(with_login(me))),
    path("things", require_http_methods(["PUT"])(with_login(things))),
    path("broken", broken),
]

"""Files of the log for programs (C2SP tlog-tiles), once and without language."""

from django.urls import path

from exchange.transparency import views

app_name = "log"
urlpatterns = [
    path("checkpoint", views.checkpoint, name="checkpoint"),
    path("key", views.key, name="key"),
    path("tile/<path:name>", views.tile, name="tile"),
]

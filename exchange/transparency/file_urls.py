"""Files of the log for programs (C2SP tlog-tiles), once and without language: the open log, and each year's."""

from django.urls import path

from exchange.transparency import views

app_name = "log"
urlpatterns = [
    path("checkpoint", views.checkpoint, name="checkpoint"),
    path("key", views.key, name="key"),
    path("promise-key", views.promise_key, name="promise-key"),
    path("tile/<path:name>", views.tile, name="tile"),
    path("<int:year>/checkpoint", views.checkpoint, name="year-checkpoint"),
    path("<int:year>/key", views.key, name="year-key"),
    path("<int:year>/tile/<path:name>", views.tile, name="year-tile"),
]

from django.urls import path

from safeconduct.handover.serving import views

urlpatterns = [
    path("handover/pull", views.pull),
    path("handover/acknowledge", views.acknowledge),
    path("handover/deliver", views.deliver),
    path("handover/forget", views.forget),
    path("handover/again", views.again),
    path("metrics", views.metrics),
]

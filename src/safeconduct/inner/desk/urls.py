"""The addresses of the desk. None of them carries a word of a person or a code."""

from django.urls import path

from safeconduct.inner.desk.views import alarms, answer, case, door, live, overseeing, queue

app_name = "desk"
urlpatterns = [
    path("", queue.queue, name="queue"),
    path("log-in", door.log_in, name="log_in"),
    path("log-out", door.log_out, name="log_out"),
    path("preferences", door.preferences, name="preferences"),
    path("keys", door.keys, name="keys"),
    path("admissions/seen", door.admissions_seen, name="admissions_seen"),
    path("live", live.live, name="live"),
    path("next", queue.take_next, name="next"),
    path("alarms/<int:number>/take", alarms.take, name="take_alarm"),
    path("people", overseeing.people, name="people"),
    path("log", overseeing.log, name="log"),
    path("find", queue.find, name="find"),
    path("cases/<int:number>", case.case, name="case"),
    path("cases/<int:number>/take", case.take, name="take"),
    path("cases/<int:number>/glass", case.break_glass, name="break_glass"),
    path("cases/<int:number>/take-over", case.take_over, name="take_over"),
    path("cases/<int:number>/release", case.release, name="release"),
    path("cases/<int:number>/close", case.close, name="close"),
    path("cases/<int:number>/danger", case.judge_danger, name="danger"),
    path("cases/<int:number>/print", case.put_on_paper, name="print"),
    path("cases/<int:number>/words", case.words_said, name="words"),
    path("cases/<int:number>/answer", answer.answer, name="answer"),
    path("cases/<int:number>/note", case.note, name="note"),
    path("cases/<int:number>/files/<str:file_id>", case.file, name="file"),
    path("cases/<int:number>/files/<str:file_id>/image", case.image, name="image"),
]

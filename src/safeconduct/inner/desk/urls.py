"""The addresses of the desk. None of them carries a word of a person or a code."""

from django.urls import path

from safeconduct.inner.desk.views import alarms, answer, case, door, draft, live, locked, my_keys, queue, second

app_name = "desk"
urlpatterns = [
    path("", queue.queue, name="queue"),
    path("log-in", door.log_in, name="log_in"),
    path("log-in/passkey", door.passkey_question, name="passkey_question"),
    path("log-out", door.log_out, name="log_out"),
    path("preferences", door.preferences, name="preferences"),
    path("keys", door.keys, name="keys"),
    path("my-keys", my_keys.my_keys, name="my_keys"),
    path("my-keys/question", my_keys.question, name="factor_question"),
    path("my-keys/add", my_keys.add, name="add_passkey"),
    path("my-keys/add/question", my_keys.add_question, name="add_question"),
    path("my-keys/<int:passkey>/remove", my_keys.remove, name="remove_passkey"),
    path("my-keys/codes", my_keys.new_codes, name="new_codes"),
    path("admissions/seen", door.admissions_seen, name="admissions_seen"),
    path("lock", locked.lock, name="lock"),
    path("live", live.live, name="live"),
    path("next", queue.take_next, name="next"),
    path("alarms/<int:number>/take", alarms.take, name="take_alarm"),
    path("find", queue.find, name="find"),
    path("cases/<int:number>", case.case, name="case"),
    path("cases/<int:number>/take", case.take, name="take"),
    path("cases/<int:number>/release", case.release, name="release"),
    path("cases/<int:number>/close", case.close, name="close"),
    path("cases/<int:number>/danger", case.judge_danger, name="danger"),
    path("cases/<int:number>/print", case.put_on_paper, name="print"),
    path("cases/<int:number>/words", case.words_said, name="words"),
    path("cases/<int:number>/answer", answer.answer, name="answer"),
    path("cases/<int:number>/second", second.show, name="second"),
    path("cases/<int:number>/draft", draft.keep, name="draft"),
    path("cases/<int:number>/draft/of-colleague", draft.of_colleague, name="colleagues_draft"),
    path("cases/<int:number>/note", case.note, name="note"),
    path("cases/<int:number>/files/<str:file_id>", case.file, name="file"),
    path("cases/<int:number>/files/<str:file_id>/image", case.image, name="image"),
]

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "safeconduct.front.web"
    label = "web"

    def ready(self) -> None:
        from django.conf import settings

        # The information pages are rendered on inner, with our templates and without our rows.
        if not settings.DATABASES.get("default"):
            return
        from safeconduct.front.web.actions import forget_answers, forget_what_was_read, take_answer
        from safeconduct.front.web.epochs import take_epoch
        from safeconduct.handover.serving.dispatches import register_dispatch
        from safeconduct.handover.serving.sweeping import register_sweep

        register_dispatch("answer", take_answer)
        register_dispatch("forget_answers", forget_answers)
        register_dispatch("epoch", take_epoch)
        register_sweep(forget_what_was_read)

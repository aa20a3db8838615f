from django.apps import AppConfig


class ServingConfig(AppConfig):
    name = "safeconduct.handover.serving"
    label = "serving"

    def ready(self) -> None:
        from safeconduct.handover.serving.actions import sweep  # its models are known only now
        from safeconduct.handover.serving.sweeping import register_sweep

        register_sweep(sweep)

from django.apps import AppConfig


class JudgesConfig(AppConfig):
    name = "judges"

    def ready(self) -> None:
        import judges.checks  # noqa: F401  (imported for its effect)

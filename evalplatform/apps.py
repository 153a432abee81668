from django.apps import AppConfig


class EvalplatformConfig(AppConfig):
    name = "evalplatform"
    label = "platform"

    def ready(self) -> None:
        # Every process, the web server too, must publish to our broker and not to Celery's default one.
        import evalplatform.celery  # noqa: F401  (imported for its effect)
        from evalplatform.common.catalogues import compile_catalogues

        compile_catalogues()

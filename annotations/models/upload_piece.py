from django.db import models

from annotations.models.upload import Upload


class UploadPiece(models.Model):
    """A part of a file that is about to be taken in, so that no process ever holds the whole."""

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="pieces", db_index=False)
    number = models.PositiveIntegerField(help_text="0, 1, … from the start of the file.")
    content = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["upload", "number"], name="upload_piece_once")]

    def __str__(self) -> str:
        return f"piece {self.number} of upload {self.upload_id}"

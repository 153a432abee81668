"""The key to a judge's provider, given out only if the project may use it and the address may be called."""

from evalplatform.common.errors import Denied
from evalplatform.common.outbound import check_outbound_url
from evalplatform.common.vault import decrypt_secret
from judges.models import Judge
from judges.queries.connections import list_granted


def read_key(judge: Judge) -> str:
    """The decrypted key, empty where none is needed.

    Raises Denied where the connection is no longer granted, Invalid for an address that may not be called.
    """
    connection = judge.connection
    if connection is None:
        return ""
    if not list_granted(judge.project).filter(pk=connection.pk).exists():
        raise Denied(f"The connection {connection.name} is not granted to this project.")
    if connection.base_url:
        check_outbound_url(connection.base_url)
    return decrypt_secret(connection.encrypted_key) if connection.encrypted_key else ""

"""The key to a judge's provider, given out only if the address may be called."""

from evalplatform.common.outbound import check_outbound_url
from evalplatform.common.vault import decrypt_secret
from judges.models import Judge


def read_key(judge: Judge) -> str:
    """The decrypted key, empty where none is needed. Raises Invalid for an address that may not be called."""
    connection = judge.connection
    if connection is None:
        return ""
    if connection.base_url:
        check_outbound_url(connection.base_url)
    return decrypt_secret(connection.encrypted_key) if connection.encrypted_key else ""

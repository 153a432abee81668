"""Finding out what a model can be asked for, and keeping it with its connection."""

import asyncio
from dataclasses import asdict

from django.db import transaction

from evalplatform.common.clock import database_now
from evalplatform.common.errors import Invalid
from evalplatform.common.outbound import check_outbound_url
from evalplatform.common.vault import decrypt_secret
from judges.models import Connection
from judges.providers.capabilities import Capabilities, find_capabilities
from judges.providers.probe import probe_model

LONGEST_MODEL = 200


def probe_connection(*, connection: Connection, model: str) -> Capabilities:
    """Ask the model a few tiny questions and keep what they told; judges that are there already do not change.

    Raises ProviderFailure where it does not answer, Invalid for an address that may not be called.
    """
    if not 0 < len(model) <= LONGEST_MODEL:
        raise Invalid.at("must be the name of a model", field="model")
    if connection.base_url:
        check_outbound_url(connection.base_url)
    key = decrypt_secret(connection.encrypted_key) if connection.encrypted_key else ""
    found = asyncio.run(probe_model(connection=connection, key=key, model=model))
    with transaction.atomic():
        held = Connection.objects.select_for_update().get(pk=connection.pk)
        held.capabilities[model] = {**asdict(found), "probed_at": database_now().isoformat()}
        held.save(update_fields=["capabilities"])
    connection.capabilities = held.capabilities
    return find_capabilities(connection, model)

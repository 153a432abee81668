"""Content hashes over canonical JSON."""

import hashlib
from typing import IO, Any  # any JSON value

import orjson

AT_ONCE = 256 * 1024  # bytes
LARGEST_SEED = 2**31 - 1  # of the seeds that people choose


def canonical_json(value: Any) -> bytes:
    """JSON with sorted keys and no spaces: equal values give equal bytes."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def hash_content(value: Any) -> str:
    """SHA-256 of the canonical JSON of `value`, 64 hex digits."""
    return hashlib.sha256(canonical_json(value)).hexdigest()


def hash_file(handle: IO[bytes]) -> str:
    """SHA-256 of the bytes of a file, read to its end a piece at a time, 64 hex digits."""
    digest = hashlib.sha256()
    while piece := handle.read(AT_ONCE):
        digest.update(piece)
    return digest.hexdigest()


def hash_secret(secret: str) -> str:
    """SHA-256 of a random secret of high entropy (tokens, links), 64 hex digits.

    Slow hashing and salt protect what people choose; nobody tries out 256 random bits, and an index finds them.
    """
    return hashlib.sha256(secret.encode()).hexdigest()


def seeded_integer(*parts: object, bits: int = 62) -> int:
    """A reproducible integer in [0, 2**bits) that looks random in every part."""
    digest = hashlib.blake2b("\x1f".join(map(str, parts)).encode(), digest_size=16).digest()
    return int.from_bytes(digest, "big") >> (128 - bits)

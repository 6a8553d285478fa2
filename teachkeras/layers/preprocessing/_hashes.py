"""Hashes that give the same number everywhere: FarmHash, SipHash, and how a feature is crossed with others."""

import struct

MASK = (1 << 64) - 1
K0, K1, K2 = 0xC3A5C85C97CB3127, 0xB492B66FBE98F273, 0x9AE16A3B2F90404F
CROSS = 0xC6A4A7935BD1E995
CROSS_START = 0xDECAFCAFFE  # TensorFlow's key where none is given


def _rotated(x: int, right: int) -> int:
    return ((x >> right) | (x << (64 - right))) & MASK


def _shifted(x: int) -> int:
    return x ^ (x >> 47)


def _mixed(u: int, v: int, factor: int) -> int:
    """Return 64 bits of 128."""
    a = _shifted(((u ^ v) * factor) & MASK)
    return _shifted(((v ^ a) * factor) & MASK) * factor & MASK


def farmhash(data: bytes) -> int:
    """Return FarmHash's 64-bit fingerprint.

    >>> farmhash(b"A") % 3
    1

    Source: Pike & Alakuijala, FarmHash, 2014 (``Fingerprint64``).
    """
    at = lambda i: int.from_bytes(data[i : i + 8], "little")  # noqa: E731
    n = len(data)
    if n > 64:
        return _farmhash_long(data, at)
    factor = (K2 + 2 * n) & MASK
    if n > 16:
        return _farmhash_middle(n, at, factor)
    if n >= 8:
        a, b = (at(0) + K2) & MASK, at(n - 8)
        return _mixed((_rotated(b, 37) * factor + a) & MASK, (_rotated(a, 25) + b) * factor & MASK, factor)
    if n >= 4:
        first, last = (int.from_bytes(data[i : i + 4], "little") for i in (0, n - 4))
        return _mixed(n + (first << 3), last, factor)
    if n:
        y, z = data[0] + (data[n >> 1] << 8), n + (data[-1] << 2)
        return _shifted((y * K2 & MASK) ^ (z * K0 & MASK)) * K2 & MASK
    return K2


def _farmhash_middle(n: int, at: object, factor: int) -> int:
    """Return the hash of 17 to 64 bytes."""
    a, b, c, d = at(0) * (K1 if n <= 32 else K2), at(8), at(n - 8) * factor, at(n - 16) * K2
    a, c, d = a & MASK, c & MASK, d & MASK
    y = (_rotated((a + b) & MASK, 43) + _rotated(c, 30) + d) & MASK
    z = _mixed(y, (a + _rotated((b + K2) & MASK, 18) + c) & MASK, factor)
    if n <= 32:
        return z
    e, f = at(16) * factor & MASK, at(24)
    g, h = (y + at(n - 32)) * factor & MASK, (z + at(n - 24)) * factor & MASK
    left = (_rotated((e + f) & MASK, 43) + _rotated(g, 30) + h) & MASK
    return _mixed(left, (e + _rotated((f + a) & MASK, 18) + g) & MASK, factor)


def _weak(at: object, i: int, a: int, b: int) -> tuple[int, int]:
    """Stir 32 bytes into two numbers."""
    a = a + at(i) & MASK
    b, c = _rotated((b + a + at(i + 24)) & MASK, 21), a
    a = a + at(i + 8) + at(i + 16) & MASK
    return (a + at(i + 24)) & MASK, (b + _rotated(a, 44) + c) & MASK


def _farmhash_long(data: bytes, at: object) -> int:
    """Return the hash of more than 64 bytes: block by block, the last 64 bytes once more."""
    n, x, y = len(data), 81, (81 * K1 + 113) & MASK
    z, v, w = _shifted((y * K2 + 113) & MASK) * K2 & MASK, (0, 0), (0, 0)
    x = (x * K2 + at(0)) & MASK
    blocks = [*range(0, (n - 1) // 64 * 64, 64), n - 64]
    for i in blocks:
        last = i == blocks[-1]
        factor, nine = (K1 + ((z & 0xFF) << 1) if last else K1) & MASK, 9 if last else 1
        if last:
            w = (w[0] + (n - 1 & 63) & MASK, w[1])
            v = (v[0] + w[0] & MASK, v[1])
            w = (w[0] + v[0] & MASK, w[1])
        x = _rotated(x + y + v[0] + at(i + 8) & MASK, 37) * factor & MASK
        y = _rotated(y + v[1] + at(i + 48) & MASK, 42) * factor & MASK
        x ^= w[1] * nine & MASK
        y = y + v[0] * nine + at(i + 40) & MASK
        z = _rotated(z + w[0] & MASK, 33) * factor & MASK
        v = _weak(at, i, v[1] * factor & MASK, x + w[0])
        w = _weak(at, i + 32, z + w[1], y + at(i + 16))
        z, x = x, z
    left = _mixed(v[0], w[0], factor) + _shifted(y) * K0 + z & MASK
    return _mixed(left, _mixed(v[1], w[1], factor) + x & MASK, factor)


def siphash(data: bytes, key: tuple[int, int]) -> int:
    """Return SipHash-2-4 of data under a key of two numbers.

    >>> siphash(b"A", (133, 137)) % 3
    1

    Source: Aumasson & Bernstein, "SipHash: a fast short-input PRF", 2012, section 2.
    """
    k0, k1 = (k & MASK for k in key)
    v = [k0 ^ 0x736F6D6570736575, k1 ^ 0x646F72616E646F6D, k0 ^ 0x6C7967656E657261, k1 ^ 0x7465646279746573]
    n = len(data)
    padded = data + bytes(7 - n % 8) + bytes([n & 0xFF])
    for (m,) in struct.iter_unpack("<Q", padded):
        v[3] ^= m
        _sip_rounds(v, 2)
        v[0] ^= m
    v[2] ^= 0xFF
    _sip_rounds(v, 4)
    return v[0] ^ v[1] ^ v[2] ^ v[3]


def _sip_rounds(v: list, count: int) -> None:
    for _ in range(count):
        for a, b, turn, half in ((0, 1, 13, True), (2, 3, 16, False), (0, 3, 21, False), (2, 1, 17, True)):
            v[a] = (v[a] + v[b]) & MASK
            v[b] = _rotated(v[b], 64 - turn) ^ v[a]
            if half:
                v[a] = _rotated(v[a], 32)


def crossed(features: list) -> int:
    """Return one number for several features: words (bytes, hashed first) and whole numbers.

    Source: ``tf.sparse.cross_hashed`` (``FingerprintCat64``).
    """
    found = CROSS_START
    for feature in features:
        number = (farmhash(feature) if isinstance(feature, bytes) else feature) & MASK
        found = (found ^ CROSS ^ (_shifted(number * CROSS & MASK) * CROSS & MASK)) * CROSS & MASK
        found = _shifted(_shifted(found) * CROSS & MASK)
    return found

"""The standard security handler with fixed salts, so that files come out the same each time."""

import hashlib
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

PAD = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")
ALLOWED = -44


def rc4(key, data):
    state, j = list(range(256)), 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) & 255
        state[i], state[j] = state[j], state[i]
    out, i, j = bytearray(), 0, 0
    for byte in data:
        i = (i + 1) & 255
        j = (j + state[i]) & 255
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) & 255])
    return bytes(out)


def aes(key, iv, data, pad=True):
    if pad:
        count = 16 - len(data) % 16
        data += bytes([count]) * count
    cipher = Cipher(algorithms.AES(key), modes.CBC(iv)).encryptor()
    return cipher.update(data) + cipher.finalize()


class Crypt:
    """`method` is rc4-40, rc4-128, aes-128 or aes-256."""

    def __init__(self, method, user=b"", owner=b"owner"):
        self.method, self.user, self.owner = method, user, owner
        self.file_id = hashlib.md5(b"jianbao " + method.encode()).digest()
        (self.make_256 if method == "aes-256" else self.make_old)()

    def make_old(self):
        length = 5 if self.method == "rc4-40" else 16
        old = self.method == "rc4-40"
        key = hashlib.md5((self.owner + PAD)[:32]).digest()
        for _ in range(0 if old else 50):
            key = hashlib.md5(key).digest()
        owner = (self.user + PAD)[:32]
        for turn in range(1 if old else 20):
            owner = rc4(bytes(byte ^ turn for byte in key[:length]), owner)
        self.o = owner
        data = (self.user + PAD)[:32] + self.o + struct.pack("<i", ALLOWED) + self.file_id
        key = hashlib.md5(data).digest()[:length]
        for _ in range(0 if old else 50):
            key = hashlib.md5(key).digest()[:length]
        self.key = key
        if old:
            self.u = rc4(key, PAD)
            return
        user = hashlib.md5(PAD + self.file_id).digest()
        for turn in range(20):
            user = rc4(bytes(byte ^ turn for byte in key), user)
        self.u = user + bytes(16)

    def make_256(self):
        self.key = hashlib.sha256(b"file key").digest()
        salts = [b"useval01", b"usekey02", b"ownval03", b"ownkey04"]
        self.u = hash_2b(self.user, salts[0], b"") + salts[0] + salts[1]
        self.ue = aes(hash_2b(self.user, salts[1], b""), bytes(16), self.key, pad=False)
        self.o = hash_2b(self.owner, salts[2], self.u) + salts[2] + salts[3]
        self.oe = aes(hash_2b(self.owner, salts[3], self.u), bytes(16), self.key, pad=False)
        perms = struct.pack("<iI", ALLOWED, 0xFFFFFFFF) + b"Tadb0123"
        self.perms = Cipher(algorithms.AES(self.key), modes.ECB()).encryptor().update(perms)

    def dictionary(self):
        crypt = {"Filter": "Standard", "O": self.o, "U": self.u, "P": ALLOWED}
        if self.method == "rc4-40":
            return {**crypt, "V": 1, "R": 2}
        if self.method == "rc4-128":
            return {**crypt, "V": 2, "R": 3, "Length": 128}
        aes_256 = self.method == "aes-256"
        std = {"CFM": "AESV3" if aes_256 else "AESV2", "AuthEvent": "DocOpen", "Length": 32 if aes_256 else 16}
        crypt |= {"V": 5 if aes_256 else 4, "R": 6 if aes_256 else 4, "Length": 256 if aes_256 else 128}
        crypt |= {"CF": {"StdCF": std}, "StmF": "StdCF", "StrF": "StdCF"}
        return crypt | ({"OE": self.oe, "UE": self.ue, "Perms": self.perms} if aes_256 else {})

    def seal(self, number):
        """What encrypts the strings and the stream of object `number`."""
        iv = hashlib.md5(b"iv %d" % number).digest()
        if self.method == "aes-256":
            return lambda data: iv + aes(self.key, iv, data)
        salt = b"sAlT" if self.method == "aes-128" else b""
        key = hashlib.md5(self.key + struct.pack("<I", number)[:3] + b"\0\0" + salt).digest()
        key = key[: min(16, len(self.key) + 5)]
        if self.method == "aes-128":
            return lambda data: iv + aes(key, iv, data)
        return lambda data: rc4(key, data)


def hash_2b(password, salt, user):
    """Algorithm 2.B of ISO 32000-2."""
    key = hashlib.sha256(password + salt + user).digest()
    turn, last = 0, 0
    while turn < 64 or last > turn - 32:
        data = aes(key[:16], key[16:32], (password + key + user) * 64, pad=False)
        kind = (hashlib.sha256, hashlib.sha384, hashlib.sha512)[sum(data[:16]) % 3]
        key, last, turn = kind(data).digest(), data[-1], turn + 1
    return key[:32]

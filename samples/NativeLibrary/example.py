"""Classifies images through the C library: python3 example.py <library> <model.safetensors> < images, an IDX file as those of MNIST.

Prints each class with its ten scores. It needs nothing beyond Python's own library.
"""

import array
import ctypes
import os
import struct
import sys

VERSION = 1  # KRON_MODEL_VERSION
STATUS = ("ok", "invalid argument", "invalid handle", "file not readable", "invalid model", "out of memory", "internal error")
FLOATS = ctypes.POINTER(ctypes.c_float)


class KronError(Exception):
    """A call of the library that failed."""


class Library:
    """The functions of kron_model.h."""

    def __init__(self, path):
        self._library = ctypes.CDLL(os.path.abspath(path))
        self._library.kron_model_last_error.restype = ctypes.c_char_p
        self._library.kron_model_version.restype = ctypes.c_uint32
        found = self._library.kron_model_version()
        if found != VERSION:
            raise KronError(f"expected version {VERSION} of the library, found {found}")

        size, handle = ctypes.c_size_t, ctypes.c_uint64
        self.create = self._function("create", ctypes.c_char_p, ctypes.POINTER(handle))
        self.sizes = self._function("sizes", handle, ctypes.POINTER(size), ctypes.POINTER(size))
        self.forward = self._function("forward", handle, FLOATS, size, FLOATS, size)
        self.free = self._function("free", handle)

    def _function(self, name, *types):
        function = getattr(self._library, "kron_model_" + name)
        function.restype = ctypes.c_int
        function.argtypes = types

        def call(*arguments):
            status = function(*arguments)
            if status != 0:
                raise KronError(f"{STATUS[status]}: {self._library.kron_model_last_error().decode()}")

        return call


class Model:
    """A model, freed at the end of a with statement. ctypes releases Python's lock in each call, so threads may share it."""

    def __init__(self, library, path):
        self._library = library
        self._handle = ctypes.c_uint64()
        library.create(os.fsencode(path), self._handle)
        sizes = ctypes.c_size_t(), ctypes.c_size_t()
        library.sizes(self._handle, *sizes)
        self.input_size, self.output_size = (size.value for size in sizes)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._library.free(self._handle)

    def forward(self, samples):
        """The scores of a batch: an array.array("f") of as many samples, one behind the other."""
        output = array.array("f", bytes(4 * (len(samples) // self.input_size) * self.output_size))
        self._library.forward(self._handle, _pointer(samples), len(samples), _pointer(output), len(output))
        return output


def _pointer(floats):
    return ctypes.cast(floats.buffer_info()[0], FLOATS)


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: example.py <library> <model.safetensors> < images (IDX, 28 x 28)")

    data = sys.stdin.buffer.read()
    magic, count, rows, columns = struct.unpack(">4I", data[:16])
    if magic != 0x803 or (rows, columns) != (28, 28) or len(data) != 16 + count * rows * columns:
        sys.exit("expected an IDX file of 28 x 28 grey pixels")

    try:
        with Model(Library(sys.argv[1]), sys.argv[2]) as model:
            scores = model.forward(array.array("f", (pixel / 255 for pixel in data[16:])))
            for first in range(0, len(scores), model.output_size):
                row = list(scores[first : first + model.output_size])
                print(row.index(max(row)), *(f"{score:.9g}" for score in row))
    except KronError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()

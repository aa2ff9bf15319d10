namespace Kron.Runtime.Tests.IO;

/// <summary>A reader and a writer of the safetensors format in a few lines of Python, as independent ones.</summary>
internal static class PythonSafetensors
{
    /// <summary>
    /// <c>save(path, tensors, metadata)</c> with tensors {name: (type, shape, bytes)}, <c>entry(array)</c> that makes one, and
    /// <c>load(path)</c> that gives ({name: array}, metadata).
    /// </summary>
    public const string Module =
        """
        import json, struct, sys
        import numpy as np

        TYPES = {'F16': '<f2', 'F32': '<f4', 'F64': '<f8', 'I64': '<i8', 'U8': 'u1'}

        def entry(array):
            if type(array).__module__ == 'torch':
                import torch
                if array.dtype == torch.bfloat16:
                    return 'BF16', array.shape, array.contiguous().view(torch.int16).numpy().tobytes()
                array = array.numpy()
            array = np.asarray(array)
            return next(t for t in TYPES if np.dtype(TYPES[t]) == array.dtype), array.shape, array.tobytes()

        def save(path, tensors, metadata=None):
            header, data = {'__metadata__': metadata} if metadata else {}, b''
            for name, tensor in tensors.items():
                kind, shape, raw = tensor if isinstance(tensor, tuple) else entry(tensor)
                header[name] = {'dtype': kind, 'shape': list(shape), 'data_offsets': [len(data), len(data) + len(raw)]}
                data += raw
            text = json.dumps(header).encode()
            text += b' ' * (-len(text) % 8)
            with open(path, 'wb') as file:
                file.write(struct.pack('<Q', len(text)) + text + data)

        def load(path):
            with open(path, 'rb') as file:
                length, = struct.unpack('<Q', file.read(8))
                assert length % 8 == 0
                header, data = json.loads(file.read(length)), file.read()
            metadata, tensors, end = header.pop('__metadata__', {}), {}, 0
            for name, tensor in header.items():
                begin, stop = tensor['data_offsets']
                assert begin == end
                end = stop
                tensors[name] = np.frombuffer(data[begin:stop], TYPES[tensor['dtype']]).reshape(tensor['shape'])
            assert end == len(data)
            return tensors, metadata


        """;
}

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Kron.IO;
using Shouldly;
using Xunit;

namespace Kron.Runtime.Tests.IO;

/// <summary>NumPy reads what is written here, and the reverse.</summary>
public sealed class NumpyTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [NumpyFact]
    public void Arrays_of_every_type_and_order_are_read()
    {
        NumpyFactAttribute.Run(
            """
            import sys, numpy as np
            a = np.arange(24).reshape(2, 3, 4)
            types = ['<f2', '<f4', '<f8', '>f4', '>f8', '|i1', '|u1', '<i2', '<u2', '<i4', '<u4', '<i8', '<u8']
            for i, t in enumerate(types):
                np.save(sys.argv[1] + f'/c{i}.npy', a.astype(t))
                np.save(sys.argv[1] + f'/f{i}.npy', np.asfortranarray(a.astype(t)))
            np.save(sys.argv[1] + '/bool.npy', a % 2 == 1)
            np.save(sys.argv[1] + '/scalar.npy', np.float32(1.5))
            np.save(sys.argv[1] + '/none.npy', np.zeros((0, 3), np.float32))
            """,
            _folder);
        float[] expected = [.. Enumerable.Range(0, 24).Select(i => (float)i)];
        string[] files = [.. Directory.GetFiles(_folder, "c*.npy"), .. Directory.GetFiles(_folder, "f*.npy")];
        files.Length.ShouldBe(26);
        foreach (string file in files)
        {
            NpyArray array = Npy.Read(file);
            array.Shape.ShouldBe([2, 3, 4], file);
            array.Values.ShouldBe(expected, file);
        }

        Npy.Read(At("bool.npy")).Values.ShouldBe(expected.Select(v => v % 2));
        Npy.Read(At("scalar.npy")).Shape.ShouldBeEmpty();
        Npy.Read(At("scalar.npy")).Values.ShouldBe([1.5f]);
        Npy.Read(At("none.npy")).Shape.ShouldBe([0, 3]);
    }

    [NumpyFact]
    public void Archives_are_read_stored_and_deflated()
    {
        NumpyFactAttribute.Run(
            """
            import sys, numpy as np
            w = np.arange(5000, dtype=np.float32).reshape(50, 100)
            np.savez(sys.argv[1] + '/stored.npz', **{'fc.weight': w, 'bias': np.ones(50)})
            np.savez_compressed(sys.argv[1] + '/deflated.npz', **{'fc.weight': w, 'bias': np.ones(50)})
            """,
            _folder);
        foreach (string file in new[] { "stored.npz", "deflated.npz" })
        {
            IReadOnlyDictionary<string, NpyArray> arrays = Npz.Read(At(file));
            arrays.Keys.ShouldBe(["fc.weight", "bias"], ignoreOrder: true);
            arrays["fc.weight"].Shape.ShouldBe([50, 100]);
            arrays["fc.weight"].Values.ShouldBe(Enumerable.Range(0, 5000).Select(i => (float)i));
            arrays["bias"].Values.ShouldAllBe(v => v == 1);
        }
    }

    [NumpyFact]
    public void NumPy_reads_what_is_written()
    {
        float[] values = [.. Enumerable.Range(0, 6).Select(i => (i / 4f) - 1)];
        Npy.Write(At("a.npy"), values, 2, 3);
        Npy.Write(At("s.npy"), [2.5f]);
        Npz.Write(At("a.npz"), [new("fc.weight", new NpyArray(values, 3, 2)), new("bias", new NpyArray([1, 2], 2))]);
        NumpyFactAttribute.Run(
            """
            import sys, numpy as np
            f = sys.argv[1]
            v = np.arange(6, dtype=np.float32) / 4 - 1
            a = np.load(f + '/a.npy')
            assert a.dtype == np.float32 and a.shape == (2, 3) and (a.ravel() == v).all()
            s = np.load(f + '/s.npy')
            assert s.shape == () and s == 2.5
            z = np.load(f + '/a.npz')
            assert z.files == ['fc.weight', 'bias']
            assert (z['fc.weight'] == v.reshape(3, 2)).all() and (z['bias'] == [1, 2]).all()
            """,
            _folder).ShouldBeEmpty();
    }

    private string At(string name) => Path.Combine(_folder, name);
}

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text;
using Kron.IO;
using Kron.Runtime.Tests.Layers;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Kron.Runtime.Tests.IO;

/// <summary>
/// Every reader against mutated files: each loads or is refused by a typed exception that names the file, in memory in proportion to
/// its length. <c>KRON_FUZZ_FILES</c> sets the number of files of each reader; docs/fuzzing.md has the record of a long run.
/// </summary>
public sealed class FuzzTests(ITestOutputHelper output)
{
    private const string Loaded = "loaded";

    // What a reader may allocate for each byte of a file, beside what its buffers and messages and those of the archive reader take.
    private const int BytesPerByte = 64;
    private const int Constant = 400_000;

    private static readonly byte[] Single = NpyBytes.Of("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }\n", 0, 0, 0x80, 0x3F);

    private static readonly (string, byte[])[] Entries = [("x.npy", Single), ("y.npy", NpyBytes.Of("|u1", "True", "(3, 2)", new byte[6]))];

    [Fact]
    public void Models_in_safetensors_files_load_or_throw_and_a_failure_changes_nothing()
    {
        using var folder = new TemporaryFolder();
        ModelFile.Save(folder["model"], Model(seed: 1));
        KeyValuePair<string, ILayer>[] model = Model(seed: 2);
        byte[] before = Parameters(model);
        Fuzz(
            "safetensors",
            [File.ReadAllBytes(folder["model"])],
            MutateSafetensors,
            file =>
            {
                using SafetensorsFile open = SafetensorsFile.Open(new ArrayBytes(file), "fuzz");
                ModelFile.Load(open, "fuzz", model);
            },
            isLoaded =>
            {
                byte[] after = Parameters(model);
                (isLoaded || after.AsSpan().SequenceEqual(before)).ShouldBeTrue();
                before = after;
            });
    }

    [Fact]
    public void The_builds_reader_takes_what_the_librarys_takes()
    {
        byte[] escapes = SafetensorsBytes.Of("""{"__metadata__":{"a\u0062":"\ud83d\ude00\n"},"fc.\u0041.0":{"shape":[1,0,2],"dtype":"BF16","data_offsets":[0,0]}, "x.bias" : {"dtype":"F16","data_offsets":[0,4],"shape":[2]}}\t""", new byte[4]);
        using var folder = new TemporaryFolder();
        ModelFile.Save(folder["model"], Model(seed: 1));
        Fuzz(
            "safetensors, build",
            [File.ReadAllBytes(folder["model"]), escapes],
            MutateSafetensors,
            file =>
            {
                SafetensorsEntry[]? library = null;
                try
                {
                    using SafetensorsFile open = SafetensorsFile.Open(new ArrayBytes(file), "fuzz");
                    library = [.. open.Tensors.Values.OrderBy(tensor => tensor.Offset).ThenBy(tensor => tensor.ByteLength)];
                }
                catch (InvalidDataException)
                {
                    // As the build's reader has to say, too.
                }

                Build.SafetensorsHeader header;
                try
                {
                    header = Build.SafetensorsHeader.Read(new MemoryStream(file));
                }
                catch (InvalidDataException error) when (library is null)
                {
                    throw new InvalidDataException("'fuzz' " + error.Message);
                }

                library.ShouldNotBeNull();
                header.Tensors.Select(tensor => (tensor.Name, tensor.Type, tensor.Offset, tensor.ByteLength, tensor.Length, string.Join(',', tensor.Shape)))
                    .ShouldBe(library.Select(tensor => (tensor.Name, tensor.ElementType, tensor.Offset, tensor.ByteLength, tensor.Length, string.Join(',', tensor.Shape))), ignoreOrder: true);
            });
    }

    [Fact]
    public void Npy_files_load_or_throw() => Fuzz(
        "npy",
        [Single, NpyBytes.Of(2, "{'descr': '>i2', 'fortran_order': True, 'shape': (2, 3), }", new byte[12]), NpyBytes.Of(3, "{'descr': '|b1', 'fortran_order': False, 'shape': (), }", 1)],
        MutateNpy,
        file => NpyReader.Read(NpyBytes.Stream(file), "fuzz"));

    [Fact]
    public void Npz_archives_load_or_throw() => Fuzz(
        "npz",
        [
            NpyBytes.Zip(CompressionLevel.NoCompression, Entries), NpyBytes.Zip(CompressionLevel.Optimal, Entries),
            Convert.FromBase64String(NpzTests.Stored), Convert.FromBase64String(NpzTests.Deflated),
        ],
        MutateNpy,
        file => NpzReader.Read(NpyBytes.Stream(file), "fuzz"));

    [Fact]
    public void LoKr_files_load_or_throw()
    {
        using var folder = new TemporaryFolder();
        PeftConfig config = PeftConfig.Parse("""{"peft_type":"LOKR","r":2,"alpha":4,"alpha_pattern":{"q":3}}"""u8.ToArray(), "fuzz");
        Fuzz(
            "LoKr",
            [Adapters("unet.", folder["lycoris"]), Adapters("base_model.model.", folder["peft"])],
            MutateSafetensors,
            file =>
            {
                using SafetensorsFile open = SafetensorsFile.Open(new ArrayBytes(file), "fuzz");
                LoKrFile adapters = LoKrReader.Read(open, "fuzz", open.Tensors.Keys.Any(LoKrReader.IsPeft) ? config : null);
                foreach (LoKrAdapter adapter in adapters.Adapters)
                {
                    // A small file may well stand for a large update.
                    long length = (long)adapter.Outputs * adapter.Inputs * adapter.Kernel.Aggregate(1L, (product, extent) => product * extent);
                    if (length <= 4096)
                    {
                        adapter.ToDense(new float[length]);
                    }
                }
            });
    }

    [Fact]
    public void Adapter_configs_load_or_throw() => Fuzz(
        "adapter_config.json",
        [.. """
            {"peft_type":"LOKR","r":8,"alpha":4,"rank_pattern":{"^model\\.layers\\.\\d+\\.(q|v)_proj":16,"k_proj":4},"alpha_pattern":{"[a-z]{1,3}_proj$":0.5},"target_modules":["q_proj"],"inference_mode":true,"revision":null}
            {"peft_type": "LOKR", "r": 4, "alpha": 8, "rank_pattern": {}, "alpha_pattern": null, "decompose_both": false}
            """.Split('\n').Select(Encoding.UTF8.GetBytes)],
        MutateJson,
        file =>
        {
            PeftConfig config = PeftConfig.Parse(file, "fuzz");
            double scale = config.AlphaOf("model.layers.11.q_proj") / config.RankOf("model.layers.11.q_proj");
            double.IsFinite(scale).ShouldBeTrue();
        });

    private void Fuzz(string reader, byte[][] originals, Func<byte[], Random, byte[]> mutate, Action<byte[]> read, Action<bool>? check = null)
    {
        int files = int.Parse(Environment.GetEnvironmentVariable("KRON_FUZZ_FILES") ?? "20000", CultureInfo.InvariantCulture);
        var outcomes = new SortedDictionary<string, int>(StringComparer.Ordinal);
        (long Bytes, int Length) most = default;
        (double Milliseconds, int File) slowest = default;
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < files; i++)
        {
            // A seed of its own for each, so that one can be repeated alone.
            byte[] file = mutate(originals[i % originals.Length], new Random(i));
            long before = GC.GetAllocatedBytesForCurrentThread();
            TimeSpan begin = Environment.CpuUsage.TotalTime;
            string outcome = Outcome(read, file, reader, i);
            double milliseconds = (Environment.CpuUsage.TotalTime - begin).TotalMilliseconds;
            slowest = milliseconds > slowest.Milliseconds ? (milliseconds, i) : slowest;
            long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
            outcomes[outcome] = outcomes.GetValueOrDefault(outcome) + 1;
            most = bytes > most.Bytes ? (bytes, file.Length) : most;
            if (bytes > (BytesPerByte * file.Length) + Constant)
            {
                Assert.Fail($"{reader}, file {i}: {bytes} bytes allocated for a file of {file.Length}, {Convert.ToBase64String(file)}");
            }

            check?.Invoke(outcome == Loaded);
        }

        output.WriteLine(FormattableString.Invariant(
            $"{reader}: {files} files in {Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s: {string.Join(", ", outcomes.Select(pair => $"{pair.Value} {pair.Key}"))}; at most {most.Bytes} bytes allocated, for a file of {most.Length}; at most {slowest.Milliseconds:F0} ms of processor time, for file {slowest.File}"));

        // Both ends must be reached, or the mutations test nothing.
        outcomes.GetValueOrDefault(Loaded).ShouldBeGreaterThan(files / 50);
        outcomes.GetValueOrDefault(nameof(InvalidDataException)).ShouldBeGreaterThan(files / 4);
    }

    private static string Outcome(Action<byte[]> read, byte[] file, string reader, int number)
    {
        try
        {
            read(file);
            return Loaded;
        }
        catch (Exception error) when (error is InvalidDataException or IOException && error.Message.StartsWith("'fuzz", StringComparison.Ordinal))
        {
            return error.GetType().Name;
        }
        catch (Exception error)
        {
            throw new InvalidOperationException($"{reader}, file {number}: {Convert.ToBase64String(file)}", error);
        }
    }

    private static KeyValuePair<string, ILayer>[] Model(int seed) =>
    [
        new("fc1", StoredLayers.Kronecker(seed)),
        new("fc2", NaiveLayer.Create(seed)),
        new("norm", new NamedStateful()),
    ];

    // As bytes: mutated data may well be NaN.
    private static byte[] Parameters(KeyValuePair<string, ILayer>[] model) =>
        [.. model.SelectMany(entry => (byte[])[.. MemoryMarshal.AsBytes(entry.Value.Parameters), .. MemoryMarshal.AsBytes(entry.Value.State)])];

    private static byte[] Adapters(string prefix, string path)
    {
        var sample = new LoKrSample();
        sample.Add(prefix + "q.lokr_w1", [2, 3]);
        sample.Add(prefix + "q.lokr_w2_a", [4, 2]);
        sample.Add(prefix + "q.lokr_w2_b", [2, 5]);
        sample.Add(prefix + "conv.lokr_w1_a", [2, 2]);
        sample.Add(prefix + "conv.lokr_w1_b", [2, 1]);
        sample.Add(prefix + "conv.lokr_t2", [2, 2, 3, 1]);
        sample.Add(prefix + "conv.lokr_w2_a", [2, 2]);
        sample.Add(prefix + "conv.lokr_w2_b", [2, 1]);
        sample.Add("other.alpha", [], 1);
        sample.Save(path);
        return File.ReadAllBytes(path);
    }

    private static byte Any(ReadOnlySpan<byte> characters, Random random) => characters[random.Next(characters.Length)];

    private static byte[] MutateNpy(byte[] original, Random random) => Mutation.Of(
        original,
        random,
        file => random.Next(file.Count),
        (file, at) => file[at] = Any("{}()[]',:0123456789-LTFO<>|"u8, random),
        (file, at) => file[at] = (byte)(random.Next(2) * 255),
        (file, at) => file.RemoveRange(at, random.Next(4) == 0 ? file.Count - at : 0));

    private static byte[] MutateJson(byte[] original, Random random) => Mutation.Of(
        original,
        random,
        file => random.Next(file.Count),
        (file, at) => file[at] = Any("{}[]\",:0123456789-.eE \\()|*+?^$"u8, random),
        (file, at) =>
        {
            string[] pieces = ["(.+){1,99}", "(_|v)*", "[^a-z]?", "\\\\w{2,}", "(?:x)", "$", "\\u005e", "NaN", "1e999"];
            file.InsertRange(at, Encoding.Latin1.GetBytes(pieces[random.Next(pieces.Length)]));
        },
        (file, _) => ReplaceNumber(file, random));

    private static byte[] MutateSafetensors(byte[] original, Random random)
    {
        int headerEnd = 8 + (int)BinaryPrimitives.ReadUInt64LittleEndian(original);
        return Mutation.Of(
            original,
            random,

            // Mostly in the header, where the structure is.
            file => random.Next(3) == 0 ? random.Next(file.Count) : random.Next(Math.Min(file.Count, headerEnd)),
            (file, at) => file.InsertRange(at, Enumerable.Range(0, random.Next(1, 20)).Select(_ => (byte)random.Next(256))),
            (file, at) => file.RemoveRange(at, file.Count - at),
            (file, at) => file[at] = Any("{}[]\",:0123456789-.eE \\"u8, random),
            (file, _) => ReplaceHeaderNumber(file, random),
            (file, _) =>
            {
                if (file.Count > headerEnd)
                {
                    file[random.Next(headerEnd, file.Count)] = (byte)random.Next(256);
                }
            });
    }

    // Keeps the header's length right, so that the change gets past the first check.
    private static void ReplaceHeaderNumber(List<byte> file, Random random)
    {
        byte[] bytes = [.. file];
        if (bytes.Length < 8 || BinaryPrimitives.ReadUInt64LittleEndian(bytes) is var length && length > (ulong)(bytes.Length - 8))
        {
            return;
        }

        int end = 8 + (int)length;
        List<byte> header = [.. bytes[8..end]];
        ReplaceNumber(header, random);
        file.Clear();
        file.AddRange(SafetensorsBytes.Of([.. header], bytes[end..]));
    }

    private static void ReplaceNumber(List<byte> text, Random random)
    {
        int[] digits = [.. Enumerable.Range(0, text.Count).Where(i => char.IsAsciiDigit((char)text[i]))];
        if (digits.Length == 0)
        {
            return;
        }

        string[] numbers = ["0", "1", "4", "9223372036854775807", "-1", "1e9", "99999999999999999999999", "2147483648", "null"];
        int at = digits[random.Next(digits.Length)];
        text.RemoveAt(at);
        text.InsertRange(at, Encoding.Latin1.GetBytes(numbers[random.Next(numbers.Length)]));
    }
}

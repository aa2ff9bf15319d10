using System;
using System.Globalization;
using System.IO;
using System.Linq;
using Figure1.Comparison;
using Figure1.Images;
using Figure1.Output;

namespace Figure1;

/// <summary>The program, apart from the console so that a test can run it.</summary>
internal static class FigureProgram
{
    /// <summary>Runs the program.</summary>
    /// <returns>0 when it did what it was asked, 1 when a file stood in the way, 2 when it was called wrongly.</returns>
    public static int Run(ReadOnlySpan<string> args, TextWriter output, TextWriter error)
    {
        try
        {
            Options options = Options.Parse(args);
            if (options.Help)
            {
                output.WriteLine(Options.Usage);
            }
            else
            {
                Draw(options, output);
            }

            return 0;
        }
        catch (FormatException mistake)
        {
            error.WriteLine(mistake.Message);
            return 2;
        }
        catch (Exception failure) when (failure is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            error.WriteLine(failure.Message);
            return 1;
        }
    }

    private static void Draw(Options options, TextWriter output)
    {
        RequireDifferentFiles(options);
        (string name, Picture source) = options.Image is { } file
            ? (Path.GetFileName(file), PictureFile.Read(file))
            : ("Test scene", Scene.Draw(options.Size));
        Picture shrunk = PictureFit.Shrink(source, options.Size);
        if (Math.Min(shrunk.Height, shrunk.Width) < Shapes.MinSide)
        {
            throw new InvalidDataException($"{name}: each side must have at least {Shapes.MinSide} pixels, but the picture is {Size(shrunk)}.");
        }

        int d = Shapes.Divisor(shrunk.Height, shrunk.Width);
        Picture picture = PictureFit.Crop(shrunk, shrunk.Height - (shrunk.Height % d), shrunk.Width - (shrunk.Width % d));
        int most = Math.Min(picture.Height, picture.Width);
        if (options.Ranks[^1] > most)
        {
            throw new FormatException($"--ranks: a picture of {Size(picture)} has at most rank {most}, found {options.Ranks[^1]}.");
        }

        ComparisonResult result = ComparisonResult.Of(picture, d, options.Ranks);
        string table = ErrorTable.Format(result);
        Write(options, FigureSvg.Write(result, name), table);
        output.WriteLine($"{name}: {Size(source)}, {Steps(source, shrunk, picture, d)}{(picture.Channels == 3 ? "; red, green and blue each alone" : "")}.");
        output.WriteLine($"Low rank (SVD):  Σ A ⊗ B with A 1 × {picture.Width}, B {picture.Height} × 1.");
        output.WriteLine($"Kronecker:       Σ A ⊗ B with A {picture.Height / d} × {d}, B {d} × {picture.Width / d}.");
        output.WriteLine();
        output.Write(table);
        output.WriteLine();
        output.WriteLine($"Wrote the figure to {options.Output}{(options.Table is { } markdown ? $" and the table to {markdown}" : "")}.");
    }

    private static string Steps(Picture source, Picture shrunk, Picture picture, int d)
    {
        string shrinking = shrunk == source ? "" : $"shrunk to {Size(shrunk)}, ";
        return (picture.Height, picture.Width) == (shrunk.Height, shrunk.Width)
            ? $"{shrinking}nothing cut off"
            : $"{shrinking}cut to the middle {Size(picture)} so that both sides are multiples of {d}";
    }

    private static string Size(Picture picture) => string.Create(CultureInfo.InvariantCulture, $"{picture.Width} × {picture.Height}");

    private static void RequireDifferentFiles(Options options)
    {
        string[] files = [.. new[] { options.Image, options.Output, options.Table }.OfType<string>().Select(Path.GetFullPath)];
        if (files.Distinct().Count() < files.Length)
        {
            throw new FormatException("--image, --output and --table must name different files.");
        }
    }

    private static void Write(Options options, string figure, string table)
    {
        Prepare(options.Output);
        if (options.Table is { } markdown)
        {
            Prepare(markdown);
            File.WriteAllText(markdown, table);
        }

        File.WriteAllText(options.Output, figure);
    }

    /// <summary>Makes the folder of a file, so that a wrong path is reported before anything is written.</summary>
    private static void Prepare(string path)
    {
        string full = Path.GetFullPath(path);
        if (Directory.Exists(full))
        {
            throw new IOException($"{full} cannot be written: it is a folder.");
        }

        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
    }
}

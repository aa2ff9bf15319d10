using System;
using System.IO;
using Kron.Cuda;

namespace Kron.Samples;

/// <summary>Reads a command line.</summary>
/// <exception cref="FormatException">An option is unknown, or its value is missing or wrong.</exception>
internal delegate T OptionsParser<T>(ReadOnlySpan<string> args);

/// <summary>What all programs that train networks do around the training.</summary>
internal static class TrainingProgram
{
    private const ulong TrainSeed = 1;
    private const ulong ValidationSeed = 2;

    /// <summary>Runs the program.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="output">Where it prints.</param>
    /// <param name="error">Where it complains.</param>
    /// <param name="usage">What it prints when it is called wrongly or asked for help.</param>
    /// <param name="parse">Reads the command line.</param>
    /// <param name="render">Renders images of a seed, from a number on, so many of them, on so many threads.</param>
    /// <param name="sheet">Images in a row of the contact sheet, and its rows.</param>
    /// <param name="compare">Does the work.</param>
    /// <returns>0 when it did what it was asked, 1 when a file or the lack of a device stood in the way, 2 when it was called wrongly.</returns>
    public static int Run<T>(
        ReadOnlySpan<string> args,
        TextWriter output,
        TextWriter error,
        string usage,
        OptionsParser<T> parse,
        Func<ulong, int, int, int, ImageSet> render,
        (int Columns, int Rows) sheet,
        Action<T, TextWriter> compare)
        where T : TrainingOptions
    {
        try
        {
            T options = parse(args);
            if (options.Help)
            {
                output.WriteLine(usage);
            }
            else if (options.Show is { } path)
            {
                int count = sheet.Columns * sheet.Rows;
                ContactSheet.Write(path, render(TrainSeed, 0, count, options.Threads), sheet.Columns, sheet.Rows);
                output.WriteLine($"Wrote the first {count} training images to {path}.");
            }
            else
            {
                compare(options, output);
            }

            return 0;
        }
        catch (FormatException mistake)
        {
            error.WriteLine(mistake.Message);
            error.WriteLine(usage);
            return 2;
        }
        catch (Exception failure) when (failure is IOException or InvalidDataException or UnauthorizedAccessException or PlatformNotSupportedException or CudaException)
        {
            error.WriteLine(failure.Message);
            return 1;
        }
    }

    /// <summary>The images of the user's folder, or rendered ones.</summary>
    public static (T Train, T Validation) Images<T>(
        TrainingOptions options, int train, int validation, Progress progress, Func<string, (T Train, T Validation)> read, Func<ulong, int, int, int, T> render)
    {
        if (options.Data is { } folder)
        {
            progress.Show($"reading {folder}");
            return read(folder);
        }

        progress.Show($"rendering {train + validation} images");
        return (render(TrainSeed, 0, train, options.Threads), render(ValidationSeed, 0, validation, options.Threads));
    }

    /// <summary>Prints the report and saves it.</summary>
    public static void Save(string report, string path, TextWriter output, Progress progress)
    {
        output.WriteLine();
        output.Write(report);
        output.WriteLine();
        File.WriteAllText(path, report);
        progress.Show($"done; the table is also in {path}");
    }
}

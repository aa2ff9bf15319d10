using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Text;

namespace Edge;

/// <summary>The program, apart from the console so that a test can run it.</summary>
internal static class EdgeProgram
{
    /// <summary>Runs the program.</summary>
    /// <returns>0 when it did what it was asked, 1 when a file or the images stood in the way, 2 when it was called wrongly.</returns>
    public static int Run(ReadOnlySpan<string> args, Stream images, TextWriter output, TextWriter error)
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
                Classify(options, images, output, error);
            }

            return 0;
        }
        catch (FormatException mistake)
        {
            error.WriteLine(mistake.Message);
            error.WriteLine(Options.Usage);
            return 2;
        }
        catch (Exception failure) when (failure is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            error.WriteLine(failure.Message);
            return 1;
        }
    }

    private static void Classify(Options options, Stream images, TextWriter output, TextWriter error)
    {
        DigitModel model = options.Model.Length > 0 ? DigitModel.Load(options.Model) : DigitModel.Create();
        ImageReader reader = options.Raw ? ImageReader.OfRaw(images) : ImageReader.OfIdx(images);
        var latencies = new Latencies();
        byte[] image = new byte[DigitModel.ImageSize];
        float[] scores = new float[DigitModel.Classes];
        int count = 0;
        for (; reader.TryRead(image); count++)
        {
            int digit = 0;
            for (int pass = 0; pass < options.Repeat; pass++)
            {
                long start = Stopwatch.GetTimestamp();
                digit = model.Classify(image, scores);
                latencies.Add(start);
            }

            output.WriteLine(options.Scores ? WithScores(digit, scores) : Text(digit));
        }

        error.WriteLine($"{Text(count)} image(s), kernels for {model.Target}");
        if (count > 0)
        {
            error.WriteLine(latencies.Summary());
        }
    }

    private static string WithScores(int digit, ReadOnlySpan<float> scores)
    {
        var line = new StringBuilder(Text(digit));
        foreach (float score in scores)
        {
            line.Append(' ').Append(score.ToString(CultureInfo.InvariantCulture));
        }

        return line.ToString();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

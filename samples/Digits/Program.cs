using System;
using Digits;
using Digits.Rendering;

if (args is not ["--show", string sheet])
{
    Console.Error.WriteLine("Usage: Digits --show <file.ppm>");
    return 2;
}

ContactSheet.Write(sheet, DigitImages.Render(1, 0, 300, Environment.ProcessorCount), 20, 15);
Console.WriteLine($"Wrote 300 training images to {sheet}.");
return 0;

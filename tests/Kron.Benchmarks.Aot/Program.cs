using System;
using System.Globalization;
using Kron;
using Kron.Benchmarks.Aot;
using Kron.Benchmarks.Measure;

// Times layers on one target, the program's argument. Each line "layer batch seconds" on its input is answered by the nanoseconds
// per sample of a turn of about so long; without argument it prints the names of the layers.
(string Name, Func<KernelTarget, ILayer> Create)[] layers =
[
    ("8,8,8,8,2", target => new Tiny(target)),
    ("32,32,32,32,4", target => new Square(target)),
    ("64,4,256,25,5 Relu", target => new SvhnDigits(target)),
    ("30,10,60,40,10 Gelu", target => new Ragged(target)),
    ("512,8,512,18,5", target => new Large(target)),
    ("64 → 64, 3 × 3 on 16 × 16, r = 2, Relu", target => new Convolution(target)),
];
if (args.Length == 0)
{
    foreach (var (name, _) in layers)
    {
        Console.WriteLine(name);
    }

    return;
}

KernelTarget target = Enum.Parse<KernelTarget>(args[0]);
var turns = new Turns[layers.Length];
while (Console.ReadLine() is { } line)
{
    string[] words = line.Split(' ');
    int index = int.Parse(words[0], CultureInfo.InvariantCulture), batch = int.Parse(words[1], CultureInfo.InvariantCulture);
    double seconds = double.Parse(words[2], CultureInfo.InvariantCulture);
    Turns layer = turns[index] ??= new Turns(layers[index].Create(target));
    Console.WriteLine(layer.Time(batch, seconds).ToString("R", CultureInfo.InvariantCulture));
}

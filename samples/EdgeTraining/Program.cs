using System;
using System.Globalization;
using System.IO;
using Edge;
using EdgeTraining;
using Kron;
using Kron.Samples;
using Kron.Training;

// Trains the network of samples/Edge on rendered digits, and writes its weights and some images to try it on.
const int TrainImages = 40_000, ValidationImages = 10_000, ShownImages = 20, Batch = 64, Steps = 4_000, WarmUp = 100;
const float Rate = 0.004f, WeightDecay = 0.01f;

if (args is not [var folder])
{
    Console.Error.WriteLine("Usage: EdgeTraining <folder>\n  writes digits.safetensors and digits-idx3-ubyte there");
    return 2;
}

var progress = new Progress(Console.Out);
Directory.CreateDirectory(folder);
progress.Show($"rendering {TrainImages + ValidationImages} images");
WrittenDigits train = WrittenDigits.Render(seed: 1, TrainImages);
WrittenDigits validation = WrittenDigits.Render(seed: 2, ValidationImages);

var network = new Network(DigitModel.Create().Layers);
var random = new Random(1);
foreach (ILayer layer in network.Layers)
{
    if (layer is INamedParameters { Definition: { } definition } && !layer.Parameters.IsEmpty)
    {
        Initializer.Initialize(definition, layer.Parameters, random);
        layer.Commit();
    }
}

progress.Expect(Steps);
network.Train(new BatchOrder(train, seed: 1, phase: 0), Batch, Steps, Rate, WarmUp, WeightDecay, loss => progress.Step("training", loss));
progress.Show($"error on {validation.Count} other images: {100 * network.Error(validation):F2}%");

network.Layers.Save(Path.Combine(folder, "digits.safetensors"));
WrittenDigits.Render(seed: 3, ShownImages).Save(Path.Combine(folder, "digits-idx3-ubyte"));
progress.Show($"wrote digits.safetensors and digits-idx3-ubyte to {Path.GetFullPath(folder)}");
return 0;

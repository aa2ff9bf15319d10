using System;
using System.Linq;
using Library;

var output = new float[2];
new Trained().Forward([1, 2, 3], output);
Console.WriteLine($"{string.Join(' ', Fc1.Info.Targets.Select(target => target.Target))}: {output[0]} {output[1]}");

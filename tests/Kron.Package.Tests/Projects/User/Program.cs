using System;
using System.Linq;
using Library;

Console.WriteLine(string.Join(' ', Fc1.Info.Targets.Select(target => target.Target)));

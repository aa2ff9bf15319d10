using System;
using System.IO;
using Edge;

using Stream images = Console.OpenStandardInput();
return EdgeProgram.Run(args, images, Console.Out, Console.Error);

using System;
using Figure1;

return FigureProgram.Run(args, Console.Out, Console.Error);

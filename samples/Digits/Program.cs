using System;
using Digits;

return DigitsProgram.Run(args, Console.Out, Console.Error);

using System;
using LowRank;

return LowRankProgram.Run(args, Console.Out, Console.Error);

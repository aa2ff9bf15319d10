using System;
using SceneText;

return SceneTextProgram.Run(args, Console.Out, Console.Error);

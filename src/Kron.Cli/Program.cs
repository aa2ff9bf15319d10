using System;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading;
using Kron.Cli;

// Not the code page of an old Windows console, and no byte-order mark in a pipe.
Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

using var cancellation = new CancellationTokenSource();

// The first signal asks the command to stop and clean up, the second ends the process as usual.
void Cancel(PosixSignalContext context)
{
    context.Cancel = !cancellation.IsCancellationRequested;
    cancellation.Cancel();
}

using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel);
using PosixSignalRegistration termination = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel);
return KronTool.Run(args, ToolConsole.OfProcess(cancellation.Token));

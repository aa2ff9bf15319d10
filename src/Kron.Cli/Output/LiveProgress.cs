using System;
using Spectre.Console;

namespace Kron.Cli.Output;

/// <summary>Progress bars on standard error, where a person watches it; elsewhere nothing.</summary>
internal static class LiveProgress
{
    /// <summary>Runs work under a bar.</summary>
    /// <param name="console">The console.</param>
    /// <param name="work">The work; it is handed what shows a title and the part that is done, from any thread.</param>
    public static T Run<T>(ToolConsole console, Func<Action<string, double>, T> work)
    {
        if (!console.ErrorIsTerminal)
        {
            return work((_, _) => { });
        }

        return console.Notes.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
            .Start(context =>
            {
                ProgressTask task = context.AddTask("starting", maxValue: 1);
                return work((title, part) =>
                {
                    task.Description = Markup.Escape(title);
                    task.Value = part;
                });
            });
    }
}

namespace Kron.Benchmarks.Measure;

/// <summary>One way to compute a row of a table.</summary>
internal abstract class Candidate
{
    /// <summary>Who computes: Kron or a library.</summary>
    public abstract string Name { get; }

    /// <summary>How, where there is a choice.</summary>
    public virtual string Detail => "";

    /// <summary>Whether input and output lie as Kron's user has them: samples outermost.</summary>
    public virtual bool HasUsersLayout => true;

    /// <summary>Whether it uses more threads than the caller's, so that only the clock on the wall tells its time.</summary>
    public virtual bool UsesManyThreads => false;

    /// <summary>Multiply-adds per sample, where they are not those of the row's subject.</summary>
    public virtual long? MultiplyAdds => null;

    /// <summary>Computes the whole batch so many times. The loop is in here, so that a call costs what it costs its user.</summary>
    public abstract void Run(int calls);

    /// <summary>Computes once and compares with the oracle.</summary>
    /// <exception cref="Oracle.WrongResultException">The result is wrong.</exception>
    public abstract void Check();
}

using System.Linq.Expressions;
using System.Reflection;

namespace Akka.Actor;

/// <summary>The immutable recipe for an actor: class, constructor arguments, dispatcher, supervision.</summary>
public class Props : IEquatable<Props>
{
    public static readonly Props None = new(typeof(EmptyActor));

    public static readonly Props Empty = None;

    private readonly ConstructorInfo? _constructor;
    private readonly IIndirectActorProducer? _producer;

    public Props(Type type, params object[] args)
    {
        Type = type;
        Arguments = args;
    }

    protected Props(Props copy)
    {
        Type = copy.Type;
        Arguments = copy.Arguments;
        Dispatcher = copy.Dispatcher;
        SupervisorStrategy = copy.SupervisorStrategy;
        _constructor = copy._constructor;
        _producer = copy._producer;
    }

    private Props(ConstructorInfo constructor, object[] args)
        : this(constructor.DeclaringType!, args) => _constructor = constructor;

    private Props(IIndirectActorProducer producer, object[] args)
        : this(producer.ActorType, args) => _producer = producer;

    public Type Type { get; }

    public string TypeName => Type.AssemblyQualifiedName!;

    public object[] Arguments { get; }

    /// <summary>The dispatcher's path in the configuration; empty for the deployment's or the default one.</summary>
    public string Dispatcher { get; private set; } = "";

    /// <summary>Takes the place of the actor's own strategy; null if it decides for itself.</summary>
    public SupervisorStrategy? SupervisorStrategy { get; private set; }

    /// <summary>Props from <c>() =&gt; new MyActor(a, b)</c>; the arguments are evaluated now, once.</summary>
    /// <exception cref="ArgumentException">The expression is not a constructor call.</exception>
    public static Props Create<TActor>(Expression<Func<TActor>> factory, SupervisorStrategy? supervisorStrategy = null)
        where TActor : ActorBase
    {
        if (factory.Body is not NewExpression creation)
            throw new ArgumentException("The create function must be a 'new T (args)' expression");
        var props = creation.Constructor is { } constructor
            ? new Props(constructor, creation.Arguments.Select(Evaluate).ToArray())
            : new Props(creation.Type);
        props.SupervisorStrategy = supervisorStrategy;
        return props;
    }

    public static Props Create<TActor>(params object[] args)
        where TActor : ActorBase => new(typeof(TActor), args);

    public static Props Create<TActor>(SupervisorStrategy supervisorStrategy)
        where TActor : ActorBase, new() => new Props(typeof(TActor)).WithSupervisorStrategy(supervisorStrategy);

    /// <exception cref="ArgumentException">The type is not an actor that can be made.</exception>
    public static Props Create(Type type, params object[] args) =>
        typeof(ActorBase).IsAssignableFrom(type) && !type.IsAbstract
            ? new Props(type, args)
            : throw new ArgumentException($"{type} is not an actor class that can be instantiated", nameof(type));

    public static Props CreateBy<TProducer>(params object[] args)
        where TProducer : class, IIndirectActorProducer =>
        CreateBy((TProducer)Activator.CreateInstance(typeof(TProducer), args)!);

    public static Props CreateBy(IIndirectActorProducer producer, params object[] args) => new(producer, args);

    public Props WithDispatcher(string dispatcher) => new(this) { Dispatcher = dispatcher };

    public Props WithSupervisorStrategy(SupervisorStrategy supervisorStrategy) => new(this) { SupervisorStrategy = supervisorStrategy };

    /// <summary>Makes one instance; must run on the actor's thread with its context current.</summary>
    /// <exception cref="TypeLoadException">There is no such constructor, or it threw.</exception>
    public virtual ActorBase NewActor()
    {
        try
        {
            if (_producer is not null)
                return _producer.Produce();
            return (ActorBase)(_constructor is null ? Activator.CreateInstance(Type, Arguments)! : _constructor.Invoke(Arguments));
        }
        catch (Exception failure)
        {
            var arguments = string.Join(',', Arguments);
            throw new TypeLoadException(
                $"Error while creating actor instance of type {Type} with {Arguments.Length} args: ({arguments})", failure);
        }
    }

    internal void Release(ActorBase actor)
    {
        if (_producer is not null)
            _producer.Release(actor);
        else if (actor is IDisposable disposable)
            disposable.Dispose();
    }

    public bool Equals(Props? other) =>
        other is not null && Type == other.Type && Dispatcher == other.Dispatcher && _producer == other._producer
        && Equals(SupervisorStrategy, other.SupervisorStrategy) && Arguments.SequenceEqual(other.Arguments);

    public override bool Equals(object? obj) => Equals(obj as Props);

    public override int GetHashCode() => HashCode.Combine(Type, Dispatcher, Arguments.Length);

    // Constants and captured variables are read directly. The rest is compiled, not interpreted: an argument may be a lambda, which then
    // runs for as long as the actor lives, and the interpreter copies what Interlocked takes by reference.
    private static object Evaluate(Expression argument) => argument switch
    {
        ConstantExpression constant => constant.Value!,
        MemberExpression { Expression: ConstantExpression { Value: { } closure }, Member: FieldInfo field } => field.GetValue(closure)!,
        _ => Expression.Lambda<Func<object>>(Expression.Convert(argument, typeof(object))).Compile()(),
    };

    private sealed class EmptyActor : UntypedActor
    {
        protected override void OnReceive(object message) => Unhandled(message);
    }
}

using ActorSparse.Host.Web;
using ActorSparse.Model;

namespace ActorSparse.Host.Tests.Web;

public class ListenAddressTests
{
    [Theory]
    [InlineData("8080", "127.0.0.1:8080", true)]
    [InlineData("0", "127.0.0.1:0", true)]
    [InlineData("localhost:81", "127.0.0.1:81", true)]
    [InlineData("0.0.0.0:82", "0.0.0.0:82", false)]
    [InlineData("*:83", "[::]:83", false)]
    [InlineData("[::1]:84", "[::1]:84", true)]
    public void An_address_is_of_this_machine_alone_unless_another_is_given(string text, string expected, bool isLoopback)
    {
        var address = ListenAddress.Parse(text);
        Assert.Equal((expected, isLoopback), (address.ToString(), address.IsLoopback));
    }

    [Theory]
    [InlineData("")]
    [InlineData("web")]
    [InlineData("127.0.0.1")]
    [InlineData("65536")]
    [InlineData("-1")]
    [InlineData("example.org:80")]
    [InlineData("::1:80")]
    public void What_is_none_is_refused(string text) => Assert.Throws<InvalidInputException>(() => ListenAddress.Parse(text));
}

// Verified.
partial class Example;

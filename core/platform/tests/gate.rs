//! A handler that does not say who may call it must not compile.

#[test]
fn a_handler_without_a_gate_does_not_compile() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/gate/first.rs");
    cases.compile_fail("tests/gate/missing.rs");
    cases.compile_fail("tests/gate/second.rs");
}

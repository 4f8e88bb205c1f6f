package org.wyrm.script.groovy.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.codehaus.groovy.ast.ASTNode;
import org.codehaus.groovy.ast.ClassCodeExpressionTransformer;
import org.codehaus.groovy.ast.ClassHelper;
import org.codehaus.groovy.ast.ClassNode;
import org.codehaus.groovy.ast.VariableScope;
import org.codehaus.groovy.ast.expr.ArgumentListExpression;
import org.codehaus.groovy.ast.expr.BinaryExpression;
import org.codehaus.groovy.ast.expr.ClassExpression;
import org.codehaus.groovy.ast.expr.ClosureExpression;
import org.codehaus.groovy.ast.expr.ConstantExpression;
import org.codehaus.groovy.ast.expr.Expression;
import org.codehaus.groovy.ast.expr.MethodCallExpression;
import org.codehaus.groovy.ast.expr.StaticMethodCallExpression;
import org.codehaus.groovy.ast.expr.VariableExpression;
import org.codehaus.groovy.ast.stmt.BlockStatement;
import org.codehaus.groovy.ast.stmt.DoWhileStatement;
import org.codehaus.groovy.ast.stmt.ExpressionStatement;
import org.codehaus.groovy.ast.stmt.ForStatement;
import org.codehaus.groovy.ast.stmt.Statement;
import org.codehaus.groovy.ast.stmt.SwitchStatement;
import org.codehaus.groovy.ast.stmt.WhileStatement;
import org.codehaus.groovy.classgen.GeneratorContext;
import org.codehaus.groovy.control.CompilePhase;
import org.codehaus.groovy.control.SourceUnit;
import org.codehaus.groovy.control.customizers.CompilationCustomizer;
import org.codehaus.groovy.syntax.Types;
import org.wyrm.platform.script.Script;

/** Compiles comparisons, switches and ends of the process to {@link Operators}, and has {@link Script} asked in each loop. */
final class OperatorRewriter extends CompilationCustomizer {
    private static final Map<Integer, String> COMPARISONS = Map.of(
            Types.COMPARE_EQUAL, "equal",
            Types.COMPARE_NOT_EQUAL, "notEqual",
            Types.COMPARE_LESS_THAN, "less",
            Types.COMPARE_LESS_THAN_EQUAL, "lessOrEqual",
            Types.COMPARE_GREATER_THAN, "greater",
            Types.COMPARE_GREATER_THAN_EQUAL, "greaterOrEqual",
            Types.COMPARE_TO, "compare");

    OperatorRewriter() {
        super(CompilePhase.CANONICALIZATION);
    }

    @Override
    public void call(SourceUnit source, GeneratorContext context, ClassNode node) {
        new Transformer(source).visitClass(node);
    }

    private static final class Transformer extends ClassCodeExpressionTransformer {
        private final SourceUnit source;

        Transformer(SourceUnit source) {
            this.source = source;
        }

        @Override
        protected SourceUnit getSourceUnit() {
            return source;
        }

        @Override
        public void visitSwitch(SwitchStatement statement) {
            super.visitSwitch(statement);
            statement.setExpression(
                    call(Operators.class, "choice", statement.getExpression(), statement.getExpression()));
        }

        @Override
        public void visitForLoop(ForStatement loop) {
            super.visitForLoop(loop);
            loop.setLoopBlock(stoppable(loop.getLoopBlock()));
        }

        @Override
        public void visitWhileLoop(WhileStatement loop) {
            super.visitWhileLoop(loop);
            loop.setLoopBlock(stoppable(loop.getLoopBlock()));
        }

        @Override
        public void visitDoWhileLoop(DoWhileStatement loop) {
            super.visitDoWhileLoop(loop);
            loop.setLoopBlock(stoppable(loop.getLoopBlock()));
        }

        /** {@return the body of a loop or a closure, which ends when the user wants no more of it} */
        private static Statement stoppable(Statement body) {
            var check = new ExpressionStatement(call(Script.class, "checkStopped", body));
            if (body instanceof BlockStatement block) {
                block.getStatements().addFirst(check);
                return block;
            }
            return new BlockStatement(new ArrayList<>(List.of(check, body)), new VariableScope());
        }

        @Override
        public Expression transform(Expression expression) {
            if (expression instanceof ClosureExpression closure) {
                closure.getCode().visit(this);
                closure.setCode(stoppable(closure.getCode()));
                return closure;
            }
            if (expression instanceof BinaryExpression binary) {
                var name = COMPARISONS.get(binary.getOperation().getType());
                if (name != null && !(isNumber(binary.getLeftExpression()) && isNumber(binary.getRightExpression()))) {
                    return call(
                            Operators.class,
                            name,
                            binary,
                            transform(binary.getLeftExpression()),
                            transform(binary.getRightExpression()));
                }
            }
            if (expression instanceof MethodCallExpression call && ends(call)) {
                return call(Operators.class, "exit", call, transform(firstArgument(call)));
            }
            return super.transform(expression);
        }

        /** {@return whether an operand is a number of Java's whatever happens, which Groovy compares fast} */
        private static boolean isNumber(Expression operand) {
            return operand instanceof ConstantExpression
                    || (operand instanceof VariableExpression variable
                            && ClassHelper.isPrimitiveType(variable.getOriginType()));
        }

        private static Expression call(Class<?> owner, String name, ASTNode place, Expression... operands) {
            var call =
                    new StaticMethodCallExpression(ClassHelper.make(owner), name, new ArgumentListExpression(operands));
            call.setSourcePosition(place);
            return call;
        }

        private static boolean ends(MethodCallExpression call) {
            var method = String.valueOf(call.getMethodAsString());
            var object = call.getObjectExpression();
            if (object instanceof ClassExpression) {
                return method.equals("exit") && object.getType().getName().equals("java.lang.System");
            }
            var text = object.getText();
            return (method.equals("exit") || method.equals("halt"))
                    && (text.equals("java.lang.Runtime.runtime") || text.equals("java.lang.Runtime.getRuntime()"));
        }

        private static Expression firstArgument(MethodCallExpression call) {
            return call.getArguments() instanceof ArgumentListExpression list
                            && !list.getExpressions().isEmpty()
                    ? list.getExpression(0)
                    : new ConstantExpression(0);
        }
    }
}

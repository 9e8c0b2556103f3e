package ai.tenon.cpu.internal.rules;

import ai.tenon.cpu.internal.lower.Conversions;
import ai.tenon.cpu.internal.lower.Dimensions;
import ai.tenon.cpu.internal.lower.Lowering;
import ai.tenon.cpu.internal.lower.Operand;
import ai.tenon.cpu.internal.lower.Unary;
import ai.tenon.cpu.internal.lower.Unsupported;
import ai.tenon.cpu.internal.plan.Fn;
import ai.tenon.cpu.internal.plan.Fn2;
import ai.tenon.cpu.internal.plan.Instruction;
import ai.tenon.cpu.internal.plan.Opcode;
import ai.tenon.cpu.internal.plan.Place;
import ai.tenon.graph.DataType;
import ai.tenon.graph.Node;
import ai.tenon.graph.Value;
import ai.tenon.graph.rewrite.Match;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Operators that work element by element, one behind the other: computed in one go while a piece of
 * the tensor is at hand. The first operand has the shape of all results.
 */
final class Chain {
    private static final int MOST_STEPS = 8;

    private final Lowering lowering;
    private final Operand x;
    private final List<Step> steps = new ArrayList<>();
    private Value end;

    /** operand: null for a function of one number. */
    private record Step(
            int fn,
            double a,
            double b,
            Operand operand,
            long repeat,
            long ld,
            long colStride,
            boolean swapped) {}

    private Chain(Lowering lowering, Operand x, Value start) {
        this.lowering = lowering;
        this.x = x;
        this.end = start;
    }

    /** The operand of a node of two that a chain can begin with; null if neither can. */
    static Operand start(Node node, Fn2 fn, Lowering lowering) {
        if (fn.number() >= Fn2.MOD.number()) {
            return null;
        }
        long[] shape =
                Dimensions.broadcast(lowering.shape(node.input(0)), lowering.shape(node.input(1)));
        for (int i = 0; i < 2; i++) {
            Value x = node.input(i);
            if (lowering.constant(x) == null && Arrays.equals(lowering.shape(x), shape)) {
                Operand operand = lowering.real(x);
                Chain chain = new Chain(lowering, operand, x);
                if (operand.isDense() && chain.binary(node, fn)) {
                    return operand;
                }
            }
        }
        return null;
    }

    /** Lowers a node that reads {@code x}, and those behind it that join. */
    static void lower(Node node, Operand x, Lowering lowering) {
        Value start = node.input(0);
        for (Value input : node.inputs()) {
            if (input != null
                    && lowering.isThere(input)
                    && lowering.constant(input) == null
                    && lowering.real(input).place() == x.place()) {
                start = input;
                break;
            }
        }
        if (Unary.of(node, lowering) != null) {
            start = Unary.of(node, lowering).input();
        }
        Chain chain = new Chain(lowering, x, start);
        if (!chain.step(node)) {
            throw new Unsupported(node.opType() + " of these shapes");
        }
        while (chain.steps.size() < MOST_STEPS && chain.next()) {
            // each node found is one more step
        }
        chain.emit();
    }

    private boolean next() {
        if (!Match.isReadOnce(end)) {
            return false;
        }
        Node reader = end.uses().get(0);
        if (reader.graph() != end.graph()
                || lowering.isTaken(reader)
                || reader.outputs().size() != 1
                || !step(reader)) {
            return false;
        }
        lowering.take(reader);
        return true;
    }

    private boolean step(Node node) {
        Unary unary = Unary.of(node, lowering);
        if (unary != null && unary.input() == end) {
            if (unary.fn() != Fn.ID) {
                steps.add(
                        new Step(unary.fn().number(), unary.a(), unary.b(), null, 1, 0, 0, false));
            }
            end = node.output(0);
            return true;
        }
        Fn2 fn =
                !node.domain().isEmpty()
                        ? null
                        : switch (node.opType()) {
                            case "Add" -> Fn2.ADD;
                            case "Sub" -> Fn2.SUB;
                            case "Mul" -> Fn2.MUL;
                            case "Div" -> Fn2.DIV;
                            case "Max" -> Fn2.MAX;
                            case "Min" -> Fn2.MIN;
                            case "Pow" -> Fn2.POW;
                            case "PRelu" -> Fn2.PRELU;
                            default -> null;
                        };
        return fn != null && node.inputs().size() == 2 && binary(node, fn);
    }

    private boolean binary(Node node, Fn2 fn) {
        boolean swapped = node.input(0) != end;
        Value other = swapped ? node.input(0) : node.input(1);
        if (other == end
                || swapped && node.input(1) != end
                || !lowering.isThere(other)
                || lowering.type(other) != DataType.FLOAT) {
            return false;
        }
        Operand operand = lowering.real(other);
        Step step = stretched(operand, fn, swapped);
        if (step == null) {
            return false;
        }
        steps.add(step);
        end = node.output(0);
        return true;
    }

    /** How the operand is walked beside x; null if it cannot be, row by row. */
    private Step stretched(Operand operand, Fn2 fn, boolean swapped) {
        if (operand.rank() > x.rank()) {
            return null;
        }
        if (operand.size() == 1) {
            return new Step(fn.number(), 0, 0, operand, x.rows(), 0, 0, swapped);
        }
        if (operand.hasShape(x.shape())) {
            Operand same = operand;
            if (operand.channelsLast() != x.channelsLast()) {
                if (!operand.isSameInBothLayouts()) {
                    return null;
                }
                same = Conversions.layout(operand, x.channelsLast(), lowering);
            }
            return new Step(fn.number(), 0, 0, same, 1, same.ld(), 1, swapped);
        }
        long[] own = new long[x.rank()];
        Arrays.fill(own, 1);
        System.arraycopy(operand.shape(), 0, own, x.rank() - operand.rank(), operand.rank());
        int columns = x.channelsLast() ? 1 : x.rank() - 1;
        return x.channelsLast()
                ? pixels(operand, own, fn, swapped)
                : rows(operand, own, columns, fn, swapped);
    }

    /** Channels last: a vector per picture, or one for all. */
    private Step pixels(Operand operand, long[] own, Fn2 fn, boolean swapped) {
        for (int axis = 2; axis < own.length; axis++) {
            if (own[axis] != 1) {
                return null;
            }
        }
        boolean perPicture = own[0] != 1 || x.shape()[0] == 1;
        if (own[1] != x.shape()[1] || own[0] != 1 && own[0] != x.shape()[0]) {
            return null;
        }
        long pixels = x.rows() / x.shape()[0];
        return new Step(
                fn.number(), 0, 0, operand, perPicture ? pixels : x.rows(), own[1], 1, swapped);
    }

    /** Row-major: equal leading dimensions, then ones; and a full last dimension, or one. */
    private Step rows(Operand operand, long[] own, int columns, Fn2 fn, boolean swapped) {
        if (operand.channelsLast() && !operand.isSameInBothLayouts()
                || own[columns] != 1 && own[columns] != x.shape()[columns]) {
            return null;
        }
        int axis = 0;
        while (axis < columns && own[axis] == x.shape()[axis]) {
            axis++;
        }
        long repeat = 1;
        for (int i = axis; i < columns; i++) {
            if (own[i] != 1) {
                return null;
            }
            repeat *= x.shape()[i];
        }
        boolean full = own[columns] == x.shape()[columns] && own[columns] != 1;
        return new Step(
                fn.number(), 0, 0, operand, repeat, full ? own[columns] : 1, full ? 1 : 0, swapped);
    }

    private void emit() {
        Place y = lowering.room(DataType.FLOAT, x.shape());
        if (steps.size() == 1 && steps.get(0).operand() == null) {
            Step only = steps.get(0);
            lowering.emit(
                    lowering.instruction(Opcode.UNARY)
                            .read(x.place())
                            .write(y)
                            .numbers(x.size(), only.fn())
                            .real(only.a())
                            .real(only.b())
                            .inPlaceOf(x.place())
                            .doing(
                                    Fn.values()[only.fn()]
                                            .name()
                                            .toLowerCase(java.util.Locale.ROOT),
                                    x.size()));
        } else {
            emitChain(y);
        }
        lowering.set(
                end, new Operand(y, DataType.FLOAT, x.shape(), x.channelsLast(), x.cols(), null));
    }

    private void emitChain(Place y) {
        Instruction chain =
                lowering.instruction(Opcode.CHAIN)
                        .read(x.place())
                        .write(y)
                        .numbers(x.rows(), x.cols(), x.cols(), x.cols(), steps.size());
        for (int i = 0; i < MOST_STEPS; i++) {
            if (i >= steps.size()) {
                chain.array(9);
                continue;
            }
            Step step = steps.get(i);
            chain.flag(step.operand() != null).number(step.fn()).real(step.a()).real(step.b());
            chain.read(step.operand() == null ? null : step.operand().place());
            chain.numbers(step.repeat(), step.ld(), step.colStride()).flag(step.swapped());
        }
        lowering.emit(
                chain.inPlaceOf(x.place())
                        .doing("chain of " + steps.size(), steps.size() * x.size()));
    }
}

package org.wyrm.platform.extension;

import java.util.List;
import java.util.Map;
import org.wyrm.base.contribution.HeaderClause;
import org.wyrm.platform.output.Column;

/**
 * What a bundle declares of one contribution, known without loading its class.
 *
 * @param namespace of the capability: {@code wyrm.command}
 * @param attributes of the capability
 * @param optionsClass the name of the record of options; empty where it has none
 * @param options the components of that record, in their order
 * @param columns the components of the row, in their order
 */
public record Declaration(
        String namespace,
        Map<String, String> attributes,
        String optionsClass,
        List<OptionDeclaration> options,
        List<Column> columns) {

    /** {@return an attribute, or an empty string} */
    public String attribute(String name) {
        return attributes.getOrDefault(name, "");
    }

    /** {@return its name among its kind} */
    public String name() {
        return attribute("name");
    }

    /** {@return what it does, in a clause} */
    public String summary() {
        return attribute("summary");
    }

    /** {@return the other words for it} */
    public List<String> aliases() {
        return HeaderClause.listValue(attribute("aliases"));
    }

    /** {@return of what opens targets, the options that name one} */
    public List<String> choices() {
        return HeaderClause.listValue(attribute("choices"));
    }

    /** {@return whether a word is its name or an alias} */
    public boolean answersTo(String word) {
        return name().equals(word) || aliases().contains(word);
    }

    /** {@return the options, without the arguments} */
    public List<OptionDeclaration> flags() {
        return options.stream().filter(option -> !option.isArgument()).toList();
    }

    /** {@return the arguments, in their order} */
    public List<OptionDeclaration> arguments() {
        return options.stream().filter(OptionDeclaration::isArgument).toList();
    }
}

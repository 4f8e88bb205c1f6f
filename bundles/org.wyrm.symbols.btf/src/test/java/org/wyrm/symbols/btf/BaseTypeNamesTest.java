package org.wyrm.symbols.btf;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.wyrm.symbols.BaseTypeNames;

class BaseTypeNamesTest {
    @ParameterizedTest
    @CsvSource({
        "long unsigned int, unsigned long",
        "unsigned long, unsigned long",
        "long int, long",
        "long long int, long long",
        "long long unsigned int, unsigned long long",
        "short int, short",
        "short unsigned int, unsigned short",
        "unsigned, unsigned int",
        "signed, int",
        "int, int",
        "char, char",
        "signed char, signed char",
        "unsigned char, unsigned char",
        "__int128 unsigned, unsigned __int128",
        "__int128, __int128"
    })
    void cTypesHaveOneSpelling(String spelling, String usual) {
        assertThat(BaseTypeNames.usual(spelling)).isEqualTo(usual);
        assertThat(BaseTypeNames.spellings(spelling)).contains(usual);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "u64",
                "_Bool",
                "double",
                "long double",
                "char short",
                "long char",
                "long long long",
                "int int",
                "unsigned signed",
                "__ARRAY_SIZE_TYPE__"
            })
    void otherNamesStayAsTheyAre(String name) {
        assertThat(BaseTypeNames.usual(name)).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "short int",
                "long int",
                "long long int",
                "short unsigned int",
                "long unsigned int",
                "long long unsigned int",
                "__int128 unsigned"
            })
    void gccsSpellingIsAmongThoseLookedFor(String name) {
        assertThat(BaseTypeNames.spellings(BaseTypeNames.usual(name))).contains(name);
    }
}

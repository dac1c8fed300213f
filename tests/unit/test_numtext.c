/* Expected values: Python's repr and float (which are correctly rounded and shortest), laid out by
 * the rules of ECMAScript; hand-picked limits; and brute force over the number of digits. */
#include "processor/expr/numtext.h"
#include "base/rand.h"
#include "tests/check_main.h"

#include <inttypes.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>

static const struct {
    uint64_t bits;
    const char *text;
} printed[] = {
    {UINT64_C(0x3ff0000000000000), "1"},
    {UINT64_C(0x3fb999999999999a), "0.1"},
    {UINT64_C(0x8000000000000000), "-0"},
    {UINT64_C(0x3fd3333333333333), "0.3"},
    {UINT64_C(0x3fd5555555555555), "0.3333333333333333"},
    {UINT64_C(0x3fe5555555555555), "0.6666666666666666"},
    {UINT64_C(0x4059000000000000), "100"},
    {UINT64_C(0x4415af1d78b58c40), "100000000000000000000"},
    {UINT64_C(0x444b1ae4d6e2ef50), "1e+21"},
    {UINT64_C(0x4480f0cf064dd592), "1e+22"},
    {UINT64_C(0x441ac53a7e04bcda), "123456789012345680000"},
    {UINT64_C(0x3eb0c6f7a0b5ed8d), "0.000001"},
    {UINT64_C(0x3e7ad7f29abcaf48), "1e-7"},
    {UINT64_C(0x0000000000000001), "5e-324"},
    {UINT64_C(0x0010000000000000), "2.2250738585072014e-308"},
    {UINT64_C(0x000fffffffffffff), "2.225073858507201e-308"},
    {UINT64_C(0x7fefffffffffffff), "1.7976931348623157e+308"},
    {UINT64_C(0x3d30000000000000), "5.684341886080802e-14"},
    {UINT64_C(0x0010000000000000), "2.2250738585072014e-308"},
    {UINT64_C(0x4340000000000000), "9007199254740992"},
    {UINT64_C(0x4340000000000001), "9007199254740994"},
    {UINT64_C(0x4340000000000000), "9007199254740992"},
    {UINT64_C(0x4011666666666666), "4.35"},
    {UINT64_C(0x3eb0c6f7a0b5ed8d), "0.000001"},
    {UINT64_C(0x4028ae147ae147ae), "12.34"},
    {UINT64_C(0x430c6bf526340000), "1000000000000000"},
    {UINT64_C(0x4341c37937e08000), "10000000000000000"},
    {UINT64_C(0x430c6bf52633ffff), "999999999999999.9"},
    {UINT64_C(0x40fe240c9fbe76c9), "123456.789"},
    {UINT64_C(0x3f0a36e2eb1c432d), "0.00005"},
    {UINT64_C(0x3eef75104d551d69), "0.000015"},
    {UINT64_C(0x3eb0000000000000), "9.5367431640625e-7"},
    {UINT64_C(0x0000000000000003), "1.5e-323"},
    {UINT64_C(0x41b1de784a000000), "299792458"},
    {UINT64_C(0x3fd3333333333334), "0.30000000000000004"},
    {UINT64_C(0x54b249ad2594c37d), "1e+100"},
    {UINT64_C(0x01a792bc89ab7215), "1.1e-300"},
    {UINT64_C(0x0000000000000001), "5e-324"},
    {UINT64_C(0x0000002000000000), "6.7903865311e-313"},
    {UINT64_C(0x0170000000000000), "9.332636185032189e-302"},
    {UINT64_C(0x03c0000000000000), "1.2826677504057426e-290"},
    {UINT64_C(0x0610000000000000), "1.7628851326804976e-279"},
    {UINT64_C(0x0860000000000000), "2.4228908772695546e-268"},
    {UINT64_C(0x0ab0000000000000), "3.329995865487836e-257"},
    {UINT64_C(0x0d00000000000000), "4.5767114681873503e-246"},
    {UINT64_C(0x0f50000000000000), "6.290184345309701e-235"},
    {UINT64_C(0x11a0000000000000), "8.645163535653227e-224"},
    {UINT64_C(0x13f0000000000000), "1.188182228934475e-212"},
    {UINT64_C(0x1640000000000000), "1.6330252207878255e-201"},
    {UINT64_C(0x1890000000000000), "2.2444127733846047e-190"},
    {UINT64_C(0x1ae0000000000000), "3.084697427331692e-179"},
    {UINT64_C(0x1d30000000000000), "4.239575861902385e-168"},
    {UINT64_C(0x1f80000000000000), "5.826828696250162e-157"},
    {UINT64_C(0x21d0000000000000), "8.008332380732404e-146"},
    {UINT64_C(0x2420000000000000), "1.1006568214637918e-134"},
    {UINT64_C(0x2670000000000000), "1.512731216738015e-123"},
    {UINT64_C(0x28c0000000000000), "2.07908195312898e-112"},
    {UINT64_C(0x2b10000000000000), "2.8574684782056875e-101"},
    {UINT64_C(0x2d60000000000000), "3.9272747722381812e-90"},
    {UINT64_C(0x2fb0000000000000), "5.397605346934028e-79"},
    {UINT64_C(0x3200000000000000), "7.418412301374843e-68"},
    {UINT64_C(0x3450000000000000), "1.0195788231247695e-56"},
    {UINT64_C(0x36a0000000000000), "1.401298464324817e-45"},
    {UINT64_C(0x38f0000000000000), "1.925929944387236e-34"},
    {UINT64_C(0x3b40000000000000), "2.6469779601696886e-23"},
    {UINT64_C(0x3d90000000000000), "3.637978807091713e-12"},
    {UINT64_C(0x3fe0000000000000), "0.5"},
    {UINT64_C(0x4230000000000000), "68719476736"},
    {UINT64_C(0x4480000000000000), "9.44473296573929e+21"},
    {UINT64_C(0x46d0000000000000), "1.298074214633707e+33"},
    {UINT64_C(0x4920000000000000), "1.78405961588245e+44"},
    {UINT64_C(0x4b70000000000000), "2.4519928653854222e+55"},
    {UINT64_C(0x4dc0000000000000), "3.36999333339383e+66"},
    {UINT64_C(0x5010000000000000), "4.631683569492648e+77"},
    {UINT64_C(0x5260000000000000), "6.365737426045269e+88"},
    {UINT64_C(0x54b0000000000000), "8.749002899132048e+99"},
    {UINT64_C(0x5700000000000000), "1.2024538023802026e+111"},
    {UINT64_C(0x5950000000000000), "1.6526399219756215e+122"},
    {UINT64_C(0x5ba0000000000000), "2.2713710134237715e+133"},
    {UINT64_C(0x5df0000000000000), "3.1217485503159922e+144"},
    {UINT64_C(0x6040000000000000), "4.290498537581631e+155"},
    {UINT64_C(0x6290000000000000), "5.896816288783659e+166"},
    {UINT64_C(0x64e0000000000000), "8.10452259547069e+177"},
    {UINT64_C(0x6730000000000000), "1.1138771039116688e+189"},
    {UINT64_C(0x6980000000000000), "1.5309010345804195e+200"},
    {UINT64_C(0x6bd0000000000000), "2.1040543606193494e+211"},
    {UINT64_C(0x6e20000000000000), "2.891790293717215e+222"},
    {UINT64_C(0x7070000000000000), "3.974446316289815e+233"},
    {UINT64_C(0x72c0000000000000), "5.462437423415177e+244"},
    {UINT64_C(0x7510000000000000), "7.5075168288047e+255"},
    {UINT64_C(0x7760000000000000), "1.0318252561243462e+267"},
    {UINT64_C(0x79b0000000000000), "1.418129833677085e+278"},
    {UINT64_C(0x7c00000000000000), "1.94906280228e+289"},
    {UINT64_C(0x7e50000000000000), "2.6787715179656683e+300"},
    {UINT64_C(0xfca29b6c1267f1d4), "-2.321052233882755e+292"},
    {UINT64_C(0x6e9fe38553700a36), "7.37724694523263e+224"},
    {UINT64_C(0xd4898a8f22df02da), "-1.7457846907999293e+99"},
    {UINT64_C(0x8bfc4b4cbf20cd10), "-6.174760539596025e-251"},
    {UINT64_C(0xb78ad0e52e717355), "-3.847906862978281e-41"},
    {UINT64_C(0xba5afd083275c610), "-1.3625663133665146e-27"},
    {UINT64_C(0x110a95c927501edf), "1.4027865135732254e-226"},
    {UINT64_C(0xab97a4fdfd5516aa), "-1.0810146411433847e-98"},
    {UINT64_C(0xc5685e2ef169ed13), "-2.356719045285115e+26"},
    {UINT64_C(0xfeb8937328359b35), "-2.6333369714791254e+302"},
    {UINT64_C(0x3339251a1e3d4da0), "6.1123938354477356e-62"},
    {UINT64_C(0x200370b4f91569f3), "1.8124011704738853e-154"},
    {UINT64_C(0x5b77caaa607a4e51), "4.221850936226288e+132"},
    {UINT64_C(0x77be989b7c3d943d), "6.313970390630641e+268"},
    {UINT64_C(0xdcd6305d65a02b4c), "-1.6514836511907662e+139"},
    {UINT64_C(0xe4525502cda80478), "-1.8136316914394662e+175"},
    {UINT64_C(0xfa0a7510cfee80a4), "-7.503973825024093e+279"},
    {UINT64_C(0xee2773699bf7022c), "-4.2384302004470964e+222"},
    {UINT64_C(0x31fd00233cebd499), "6.723060798034736e-68"},
    {UINT64_C(0xfd26950570aa71bc), "-7.211247026132779e+294"},
    {UINT64_C(0xa7ce016c8501645b), "-5.94940402142088e-117"},
    {UINT64_C(0x6293ff77fa1e4b16), "7.370255416429853e+166"},
    {UINT64_C(0x7b8dbb8ca60437be), "1.4148128337153626e+287"},
    {UINT64_C(0xe90f6dbbd0a8c298), "-1.1746618244915486e+198"},
    {UINT64_C(0x7e987ea7f3dec34a), "6.561583931894065e+301"},
    {UINT64_C(0xfae2156c400482f2), "-8.403357003377369e+283"},
    {UINT64_C(0x1f71839a6dbbefce), "3.189109863699558e-157"},
    {UINT64_C(0xa5962852e961f725), "-1.2786241464464452e-127"},
    {UINT64_C(0x718214c3758ca3da), "5.886967069081306e+238"},
    {UINT64_C(0x57810fc9d961a327), "3.282539911015039e+113"},
    {UINT64_C(0x519452e9511e39c8), "9.870638783356292e+84"},
    {UINT64_C(0xd612a34bf35b2cf0), "-4.274594662814878e+106"},
    {UINT64_C(0xca32be2a54fd5d14), "-2.73926817533583e+49"},
    {UINT64_C(0x04b411e18ebdc770), "5.272155497811054e-286"},
    {UINT64_C(0x7cfb3038b6a24d90), "1.085272711436288e+294"},
    {UINT64_C(0x40e8cfcde0e1600a), "50814.43370121725"},
    {UINT64_C(0xbb00af49e383c5be), "-1.7251597380738377e-24"},
    {UINT64_C(0x3da04e0fc4d76fc9), "7.414622866466093e-12"},
    {UINT64_C(0xae1f76595babe09b), "-1.5815820925338338e-86"},
    {UINT64_C(0x90d4b96d165ec2df), "-1.3669215576687667e-227"},
    {UINT64_C(0xe5d85fcea8a50047), "-4.0456527149302406e+182"},
    {UINT64_C(0xa03a36a6f97b05aa), "-1.955091053373739e-153"},
    {UINT64_C(0xdb376fe3d37886af), "-2.5993301593835204e+131"},
    {UINT64_C(0x1c21b10ef1057023), "3.576518319960001e-173"},
    {UINT64_C(0x878ad4e8bbf0d46c), "-2.4799432215371137e-272"},
    {UINT64_C(0x7360e1f4c353fc84), "5.902103693219049e+247"},
    {UINT64_C(0x0191520ced5fb3a8), "4.041150401846686e-301"},
    {UINT64_C(0x1ae7c343c8c64b55), "4.5813064511283695e-179"},
    {UINT64_C(0xea02a6b9b078ad91), "-4.568519985378692e+202"},
    {UINT64_C(0x4989f105db0e2fe5), "1.851246987069597e+46"},
    {UINT64_C(0x32555b53308a2ae3), "3.1686617761313154e-66"},
    {UINT64_C(0x084756a24d6f3454), "8.835379760266455e-269"},
    {UINT64_C(0x1d80491195949ae8), "1.380865857741107e-166"},
    {UINT64_C(0x3ffd6f7f58b38229), "1.8397210564509214"},
    {UINT64_C(0xcb551748f73ed477), "-8.080449434667385e+54"},
    {UINT64_C(0x33566795e7797d39), "2.1785056511058907e-61"},
    {UINT64_C(0xd02ed0b78f3bda41), "-1.7840840356005045e+78"},
    {UINT64_C(0xb575aca662a31f36), "-3.6206630261704124e-51"},
    {UINT64_C(0xb1d0d11e8b35452c), "-9.746444720583267e-69"},
    {UINT64_C(0x052d4fff7df275f9), "9.856139523742945e-284"},
    {UINT64_C(0x410aa6b72b020c4a), "218326.896"},
    {UINT64_C(0xc0f58ff000000000), "-88319"},
    {UINT64_C(0xc10562fd5810624e), "-175199.668"},
    {UINT64_C(0xc12e1a029999999a), "-986369.3"},
    {UINT64_C(0x40e9bd0000000000), "52712"},
    {UINT64_C(0x410e0cea6147ae14), "246173.2975"},
    {UINT64_C(0xc11e37c29999999a), "-495088.65"},
    {UINT64_C(0x41173a8400000000), "380577"},
    {UINT64_C(0xc118e79000000000), "-408036"},
    {UINT64_C(0xc10af70b33333333), "-220897.4"},
    {UINT64_C(0xc12baf206ef73c0c), "-907152.21673"},
    {UINT64_C(0x41048d781e83e426), "168367.0149"},
    {UINT64_C(0x4112af7c00000000), "306143"},
    {UINT64_C(0xc0e710a000000000), "-47237"},
    {UINT64_C(0xc12a6cfa8dfce315), "-865917.27732"},
    {UINT64_C(0xc0f7895ee147ae14), "-96405.93"},
    {UINT64_C(0x412e07a5ba5e353f), "984018.864"},
    {UINT64_C(0xc1253d6800000000), "-695988"},
    {UINT64_C(0x4126fe7a00000000), "753469"},
    {UINT64_C(0x412af6a6a978d4fe), "883539.331"},
    {UINT64_C(0x40e638ec13a92a30), "45511.3774"},
    {UINT64_C(0x412a826866666666), "868660.2"},
    {UINT64_C(0xc12e749dba6ca03c), "-997966.86411"},
    {UINT64_C(0x4118675400000000), "399829"},
    {UINT64_C(0x4121b12000000000), "579728"},
    {UINT64_C(0xc1267207c7ae147b), "-735491.89"},
    {UINT64_C(0x412b77a800000000), "900052"},
    {UINT64_C(0xc12605a0624dd2f2), "-721616.192"},
    {UINT64_C(0xc12553dc00000000), "-698862"},
    {UINT64_C(0x411d33803df8f473), "478432.06052"},
};

static const struct {
    uint64_t bits;
    const char *text;
} parsed[] = {
    {UINT64_C(0x0000000000000000), "0"},
    {UINT64_C(0x8000000000000000), "-0"},
    {UINT64_C(0x3ff0000000000000), "1"},
    {UINT64_C(0x3fb999999999999a), "0.1"},
    {UINT64_C(0x408f400000000000), "1e3"},
    {UINT64_C(0x4014000000000000), "5.0"},
    {UINT64_C(0x45f8ee90ff6c373e), "123456789012345678901234567890"},
    {UINT64_C(0x7fe1ccf385ebc8a0), "1e308"},
    {UINT64_C(0x7fefffffffffffff), "1.7976931348623157e308"},
    {UINT64_C(0x000fffffffffffff), "2.2250738585072011e-308"},
    {UINT64_C(0x0000000000000001), "4.9e-324"},
    {UINT64_C(0x0000000000000001), "2.4703282292062328e-324"},
    {UINT64_C(0x4340000000000000), "9007199254740993"},
    {UINT64_C(0x4340000000000000), "9007199254740992.999999999999999999"},
    {UINT64_C(0x0000000000000000), "1e-400"},
    {UINT64_C(0x38754484932d2e72), "0.000000000000000000000000000000000001"},
    {UINT64_C(0x44b52d02c7e14af6), "100000000000000000000000"},
    {UINT64_C(0x447c7e83209e90b2), "8.41e21"},
    {UINT64_C(0x3fc999999999999a), "2.0e-1"},
    {UINT64_C(0x400921fb54442d18), "3.14159265358979323846264338327950288"},
    {UINT64_C(0x3ff0000000000000), "1.00000000000000011102230246251565404236316680908203125"},
    {UINT64_C(0x3ff0000000000000), "1.00000000000000011102230246251565404236316680908203124"},
    {UINT64_C(0x4370000000000000), "7.2057594037927933e16"},
    {UINT64_C(0x2e5ed3bcd7982585), "2.479441779178458130874516e-85"},
    {UINT64_C(0x3ff394688d8e930f), "1.223732521969569633992105e0"},
    {UINT64_C(0x286dbf7bd77f6584), "0.603989213695159595475206e-113"},
    {UINT64_C(0x33cd8b8bd5fe53bf), "3.677192481967573329609435e-59"},
    {UINT64_C(0x40560ed56116f95b), "8.823177363627967159937062e1"},
    {UINT64_C(0x277fd73b1bc9477d), "1.972899428204596780741387e-118"},
    {UINT64_C(0x3169e3bbc76baed4), "0.1172238822297761760971535e-69"},
    {UINT64_C(0x0000006e2060273a), "2.336878998338713697216450e-312"},
    {UINT64_C(0x50d64ef650f3e792), "2.645136966147838668595830e81"},
    {UINT64_C(0x7e01d62aed006fb0), "9.332061709886877779692075e298"},
    {UINT64_C(0x557b1bf6573e2cd6), "0.607177500089033421425531e104"},
    {UINT64_C(0x7045837a07548352), "6.680044671758429294368812e232"},
    {UINT64_C(0x69daa4bff2dc95b9), "8.157728847427155086125448e201"},
    {UINT64_C(0x6f056b4ab12536fb), "6.342611962064544201775423e226"},
    {UINT64_C(0x75abdf72d6322a32), "6.696187537744877427660425e258"},
    {UINT64_C(0x41c829b46799ca82), "8.1077268720149257604726519e8"},
    {UINT64_C(0x29b45d67557d115a), "8.671274751482336170193207e-108"},
    {UINT64_C(0x2df317a325e60c08), "2.399386831563009900676154e-87"},
    {UINT64_C(0x67940cd68a1cf5b7), "8.933360588037998194532018e190"},
    {UINT64_C(0x52248bde0a95aeb6), "0.510909033807744039490639e88"},
    {UINT64_C(0x5e703af492b26aea), "8.10670367648558337999370e146"},
    {UINT64_C(0x1027b1f5de31e271), "7.631201856737062105833600e-231"},
    {UINT64_C(0x777df063a76cfa18), "3.86147969976951438456119e267"},
    {UINT64_C(0x75651bcd75c1c6b6), "3.169463968317260532895582e257"},
    {UINT64_C(0x0420ab127940423b), "8.55193101824535360997017e-289"},
    {UINT64_C(0x46b7e3028026ac39), "4.844809876698778594887613e32"},
    {UINT64_C(0x14575c0806df64aa), "1.1102135913007995990511451e-210"},
    {UINT64_C(0x2e22f9259e88306a), "1.907535068279469863366271e-86"},
    {UINT64_C(0x1bf60630db5987cd), "5.565476096185809005953400e-174"},
    {UINT64_C(0x24e493367f4bb655), "5.797393786340778000900473e-131"},
};

static double of_bits(uint64_t bits) {
    double d;
    memcpy(&d, &bits, 8);
    return d;
}

static uint64_t bits_of(double d) {
    uint64_t bits;
    memcpy(&bits, &d, 8);
    return bits;
}

START_TEST(doubles_print_as_python_and_ecmascript) {
    for (size_t i = 0; i < sizeof printed / sizeof *printed; i++) {
        char text[MR_NUMBER_MAX + 1];
        text[mr_print_double(of_bits(printed[i].bits), text)] = 0;
        ck_assert_str_eq(text, printed[i].text);
    }
}
END_TEST

START_TEST(doubles_parse_as_python) {
    for (size_t i = 0; i < sizeof parsed / sizeof *parsed; i++) {
        struct mr_decimal d;
        struct mr_str s = mr_str(parsed[i].text);
        double x, y;
        ck_assert_uint_eq(mr_decimal_scan(s.p, s.n, &d), s.n);
        ck_assert(mr_decimal_double(&d, s, &x));
        ck_assert_msg(bits_of(x) == parsed[i].bits, "%s", parsed[i].text);
        ck_assert(mr_parse_double(s, &y));
        ck_assert_uint_eq(bits_of(y), parsed[i].bits);
    }
}
END_TEST

/* Does any decimal of n digits read back as v? The candidates are the nearest and its neighbours.
 */
static bool some_decimal(double v, int n) {
    char text[64];
    snprintf(text, sizeof text, "%.*e", n - 1, v);
    char *e = strchr(text, 'e');
    int exp = atoi(e + 1) - (n - 1);
    uint64_t digits = 0;
    for (char *p = text; p < e; p++)
        if (*p != '.') digits = digits * 10 + (uint64_t)(*p - '0');
    for (int delta = -1; delta <= 1; delta++) {
        snprintf(text, sizeof text, "%" PRIu64 "e%d", digits + (uint64_t)delta, exp);
        if (strtod(text, NULL) == v) return true;
    }
    return false;
}

START_TEST(doubles_are_shortest_and_read_back) {
    struct mr_rand r;
    uint64_t seed = 20260203;
    printf("seed %" PRIu64 "\n", seed);
    mr_rand_seed(&r, seed);
    for (int i = 0; i < 20000; i++) {
        double v = fabs(of_bits(mr_rand_next(&r)));
        if (i % 4 == 1) v = ldexp(1.0, (int)(mr_rand_below(&r, 2098)) - 1074);
        if (i % 4 == 2) v = (double)mr_rand_below(&r, 100000000) / 1000.0;
        if (i % 4 == 3) v = of_bits(mr_rand_next(&r) >> (12 + mr_rand_below(&r, 40)));
        if (!isfinite(v) || v == 0) continue;
        char text[MR_NUMBER_MAX + 1], digits[17];
        int point;
        text[mr_print_double(v, text)] = 0;
        ck_assert_msg(strtod(text, NULL) == v, "%a %s", v, text);
        int n = (int)mr_shortest_digits(v, digits, &point);
        if (n > 1) ck_assert_msg(!some_decimal(v, n - 1), "%a has less than %d digits", v, n);
    }
}
END_TEST

START_TEST(any_locale) {
    /* Where it is not installed this is the C locale again, which proves nothing but costs nothing.
     */
    setlocale(LC_ALL, "de_DE.UTF-8");
    char text[MR_NUMBER_MAX + 1];
    double d;
    text[mr_print_double(1e-300, text)] = 0;
    ck_assert_str_eq(text, "1e-300");
    text[mr_print_double(1.0 / 3, text)] = 0;
    ck_assert_str_eq(text, "0.3333333333333333");
    ck_assert(mr_parse_double(mr_str("0.12345678901234567890"), &d) && d > 0.12);
    setlocale(LC_ALL, "C");
}
END_TEST

START_TEST(integers) {
    static const struct {
        const char *text;
        bool ok;
        int64_t v;
    } rows[] = {
        {"0", true, 0},
        {"-0", true, 0},
        {"-0.0", true, 0},
        {"5.0", true, 5},
        {"1e3", true, 1000},
        {"1.5e1", true, 15},
        {"5.5", false, 0},
        {"1e-1", false, 0},
        {"10e-1", true, 1},
        {"0e999999999999", true, 0},
        {"9223372036854775807", true, INT64_MAX},
        {"9223372036854775808", false, 0},
        {"-9223372036854775808", true, INT64_MIN},
        {"-9223372036854775809", false, 0},
        {"9.223372036854775807e18", true, INT64_MAX},
        {"1e19", false, 0},
        {"1e400", false, 0},
        {"1e999999999999", false, 0},
        {"100000000000000000000000e-20", true, 1000},
        {"1.00000000000000000000000000000", true, 1},
        {"1.00000000000000000000000000001", false, 0},
        {"123456789012345678901e-2", false, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct mr_decimal d;
        int64_t v = 77;
        struct mr_str s = mr_str(rows[i].text);
        ck_assert_uint_eq(mr_decimal_scan(s.p, s.n, &d), s.n);
        ck_assert_msg(mr_decimal_int(&d, &v) == rows[i].ok, "%s", rows[i].text);
        if (rows[i].ok) ck_assert_int_eq(v, rows[i].v);
    }
    struct mr_decimal d;
    uint64_t u;
    mr_decimal_scan("18446744073709551615", 20, &d);
    ck_assert(mr_decimal_uint(&d, &u) && u == UINT64_MAX);
    mr_decimal_scan("18446744073709551616", 20, &d);
    ck_assert(!mr_decimal_uint(&d, &u));
    mr_decimal_scan("-1", 2, &d);
    ck_assert(!mr_decimal_uint(&d, &u));
}
END_TEST

START_TEST(grammar_of_json) {
    static const char *const whole[] = {"0", "-1", "1.5", "1e5", "1E+5", "1e-05", "-0.0e0"};
    static const char *const none[] = {"",   "-",    "+1", ".5",  "01", "-01",
                                       "1.", "1.e3", "1e", "1e+", "x",  "--1"};
    struct mr_decimal d;
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++)
        ck_assert_uint_eq(mr_decimal_scan(whole[i], strlen(whole[i]), &d), strlen(whole[i]));
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        ck_assert_msg(mr_decimal_scan(none[i], strlen(none[i]), &d) == 0, "%s", none[i]);
    ck_assert_uint_eq(mr_decimal_scan("12,3", 4, &d), 2);
}
END_TEST

START_TEST(texts_of_conversions) {
    int64_t i;
    uint64_t u;
    double d;
    ck_assert(mr_parse_int(mr_str("+12"), &i) && i == 12);
    ck_assert(mr_parse_int(mr_str("-9223372036854775808"), &i) && i == INT64_MIN);
    ck_assert(!mr_parse_int(mr_str("9223372036854775808"), &i));
    ck_assert(!mr_parse_int(mr_str(""), &i) && !mr_parse_int(mr_str("-"), &i));
    ck_assert(!mr_parse_int(mr_str("1 "), &i) && !mr_parse_int(mr_str("0x1"), &i));
    ck_assert(mr_parse_uint(mr_str("18446744073709551615"), &u) && u == UINT64_MAX);
    ck_assert(!mr_parse_uint(mr_str("18446744073709551616"), &u));
    ck_assert(!mr_parse_uint(mr_str("-1"), &u));
    ck_assert(mr_parse_double(mr_str("+.5"), &d) && d == 0.5);
    ck_assert(mr_parse_double(mr_str("007.50"), &d) && d == 7.5);
    ck_assert(mr_parse_double(mr_str("5."), &d) && d == 5);
    ck_assert(mr_parse_double(mr_str("-Infinity"), &d) && isinf(d) && d < 0);
    ck_assert(mr_parse_double(mr_str("NaN"), &d) && isnan(d));
    ck_assert(!mr_parse_double(mr_str("1e400"), &d) && !mr_parse_double(mr_str("."), &d));
    ck_assert(!mr_parse_double(mr_str("1e"), &d) && !mr_parse_double(mr_str("1x"), &d));
    char text[MR_NUMBER_MAX + 1];
    text[mr_print_int(INT64_MIN, text)] = 0;
    ck_assert_str_eq(text, "-9223372036854775808");
    text[mr_print_uint(UINT64_MAX, text)] = 0;
    ck_assert_str_eq(text, "18446744073709551615");
}
END_TEST

int main(void) {
    Suite *s = suite_create("numtext");
    TCase *t = tcase_create("numtext");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, doubles_print_as_python_and_ecmascript);
    tcase_add_test(t, doubles_parse_as_python);
    tcase_add_test(t, doubles_are_shortest_and_read_back);
    tcase_add_test(t, any_locale);
    tcase_add_test(t, integers);
    tcase_add_test(t, grammar_of_json);
    tcase_add_test(t, texts_of_conversions);
    suite_add_tcase(s, t);
    return mr_check_run(s);
}
